import type { BudgetScope } from '../../worker/features/budgets/contract.ts'
import { allowedOf } from '../../worker/features/budgets/index.ts'
import { BudgetBook } from './budget-book.ts'
import type { Duties, Of, Raise } from './duties.ts'
import type { AwaitedRaise, BudgetInForce, By, LedgerStanding, MedianCost, RaiseState, Usage } from './rpc.ts'
import { type Known, ofRow, type StandingRow, type Standings, shapeOf } from './standings.ts'
import { type Change, isOf, type UsageBook } from './usage-book.ts'

/**
 * The one place where what was used and what is allowed meet: each method is one transaction, in which usage, counters,
 * crossings and what has to follow from them are written together. A crash before leaves nothing, and the usage is told
 * again; one behind it leaves the duties, which the alarm carries out.
 */
export class Counting {
  private readonly storage: DurableObjectStorage
  private readonly book: UsageBook
  private readonly all: Standings
  private readonly duties: Duties
  private readonly budgets: BudgetBook

  constructor(storage: DurableObjectStorage, book: UsageBook, all: Standings, duties: Duties) {
    this.storage = storage
    this.budgets = new BudgetBook(storage.sql)
    this.book = book
    this.all = all
    this.duties = duties
  }

  record(usage: readonly Usage[], now: number): void {
    this.storage.transactionSync(() => {
      const budgets = this.budgets.all()
      const touched = new Map<string, { budget: Known; of: Of }>()
      for (const told of usage) {
        const change = this.book.keep(told, now)
        if (!change) continue
        for (const budget of budgets) {
          const of = this.count(budget, change, now)
          if (of) touched.set(`${budget.id}:${of.start}`, { budget, of })
        }
      }
      for (const { budget, of } of touched.values()) {
        const row = this.all.find(of)
        if (row) this.judge(budget, row, now, 'period')
      }
      this.book.forgetOld(now)
    })
  }

  follow(changed: readonly BudgetInForce[], now: number): void {
    this.storage.transactionSync(() => {
      for (const budget of changed) {
        const before = this.budgets.known(budget.id)
        if (!this.budgets.keep(budget)) continue
        if (before && budget.settings)
          this.followGroup(before.settings.scope, { ...budget, settings: budget.settings }, now)
        this.take(budget.id, budget.settings === null, now)
      }
    })
  }

  standings(budgetIds: readonly string[], now: number): LedgerStanding[] {
    return this.storage.transactionSync(() =>
      budgetIds.flatMap((id) => {
        const budget = this.budgets.inForce(id)
        return budget ? [this.view(this.present(budget, now))] : []
      }),
    )
  }

  medianCosts(agentIds: readonly string[]): MedianCost[] {
    return agentIds.flatMap((agentId) => {
      const costMicroUsd = this.book.medianCost(agentId)
      return costMicroUsd === null ? [] : [{ agentId, costMicroUsd }]
    })
  }

  awaitRaise(raise: AwaitedRaise, now: number): void {
    this.storage.transactionSync(() => {
      const budget = this.budgets.inForce(raise.budgetId)
      if (!budget) return
      const row = this.present(budget, now)
      if (raise.periodStart === null || raise.periodStart === row.start)
        this.duties.await(raise.approvalId, 'override', ofRow(row), raise)
    })
  }

  /** An approval allowed it: from here on the period's limit is higher. */
  applyRaise(raise: Raise, now: number): void {
    this.storage.transactionSync(() => {
      const budget = this.budgets.inForce(raise.budget_id)
      const of = { budgetId: raise.budget_id, shape: raise.shape, start: raise.start }
      const before = this.all.find(of)
      if (!budget || !before || !this.duties.endRaise(raise.key, 'applied')) return
      const raised = this.all.add(of, { spent: 0, runs: 0, unpriced: 0, added: raise.amount })
      this.all.tell(budget, raised, now, {
        kind: 'overridden',
        because: raise.kind,
        action: null,
        amountMicroUsd: raise.amount,
        reason: raise.reason,
        approvalId: raise.approval_id,
        by: { kind: raise.by_kind, id: raise.by_id, name: raise.by_name },
      })
      const isOverStill = raised.spent >= allowedOf(budget.settings, raised)
      this.judge(budget, raise.kind === 'ask' && isOverStill ? this.all.rearm(raised) : raised, now, 'raised')
    })
  }

  refuseRaise(raise: Raise, now: number): void {
    this.storage.transactionSync(() => {
      const budget = this.budgets.inForce(raise.budget_id)
      const row = this.all.find({ budgetId: raise.budget_id, shape: raise.shape, start: raise.start })
      if (!this.duties.endRaise(raise.key, 'refused') || raise.state === 'dropped' || !budget || !row) return
      this.all.tell(budget, row, now, {
        kind: 'refused',
        because: raise.kind,
        action: null,
        amountMicroUsd: raise.amount,
        reason: raise.reason,
        approvalId: raise.approval_id,
      })
      if (raise.kind === 'ask') this.all.refused(budget, row, now, this.scopesOf(budget, row))
    })
  }

  reset(budgetId: string, reason: string, by: By, now: number): boolean {
    return this.storage.transactionSync(() => {
      const budget = this.budgets.inForce(budgetId)
      if (!budget) return false
      const row = this.present(budget, now)
      if (row.is_exceeded === 0 && row.breaker === 'closed') return false
      const anew = this.all.add(ofRow(row), { spent: 0, runs: 0, unpriced: 0, added: row.spent - row.added })
      this.all.close(budget, anew, now, { because: 'request', reason, by })
      const closed = this.all.find(ofRow(row))
      if (closed) this.judge(budget, closed, now, 'request')
      return true
    })
  }

  /** The periods of these are over: whatever they hold is let go. */
  endPeriods(now: number): void {
    this.storage.transactionSync(() => {
      for (const row of this.all.held({ endedBy: now })) {
        const budget = this.budgets.known(row.budget_id)
        if (budget) this.all.close(budget, row, now, { because: 'period', reason: null, by: null })
      }
      this.all.endAlerts(now)
    })
  }

  addStops(stop: { key: string; budget_id: string; shape: string; start: number }, agentIds: readonly string[]): void {
    const { budget_id: budgetId, shape, start } = stop
    for (const agentId of agentIds)
      this.duties.stop(`${keyOfModel(stop.key)}:${agentId}`, { budgetId, shape, start }, { kind: 'agent', agentId })
  }

  budgetName(id: string): string {
    return this.budgets.known(id)?.settings.name ?? ''
  }

  /** Whether the period that a raise was asked for goes on. */
  isPresent(raise: Raise, now: number): boolean {
    const row = this.all.find({ budgetId: raise.budget_id, shape: raise.shape, start: raise.start })
    return row !== null && row.end > now
  }

  raiseState(approvalId: string): RaiseState | null {
    const raise = this.duties.raise(approvalId)
    if (!raise) return null
    return raise.state === 'dropped' ? 'refused' : raise.state
  }

  isWaiting(): boolean {
    return this.duties.raisesToDo().length > 0
  }

  /** Whether something can be done now. An approval that people have to decide is looked at from time to time. */
  hasDuties(): boolean {
    return (
      this.duties.tellings().length > 0 ||
      this.duties.stopsToDo().length > 0 ||
      this.duties.raisesToDo().some(({ approval_id, state }) => approval_id === null || state === 'dropped')
    )
  }

  nextEnd(): number | null {
    return this.all.nextEnd()
  }

  /** A group that is called otherwise is the same one: its runs are, too, and those that were told meanwhile count. */
  private followGroup(was: BudgetScope, budget: Known, now: number): void {
    const { scope } = budget.settings
    if (was.kind !== 'group' || scope.kind !== 'group' || was.group === scope.group) return
    this.book.renameGroup(was.group, scope.group)
    const row = this.present(budget, now)
    const sum = this.book.sumOf(scope, row.start, row.end)
    this.all.add(ofRow(row), {
      spent: sum.spent - row.spent,
      runs: sum.runs - row.runs,
      unpriced: sum.unpriced - row.unpriced,
    })
  }

  /** A budget that became another: its present period is looked at anew, and what it held otherwise is let go. */
  private take(id: string, isRemoved: boolean, now: number): void {
    const budget = this.budgets.known(id)
    if (!budget) return
    for (const row of this.all.held({ budgetId: id }))
      if (isRemoved || row.shape !== shapeOf(budget.settings))
        this.all.close(budget, row, now, { because: isRemoved ? 'removed' : 'changed', reason: null, by: null })
    this.duties.dropRaisesBut(id, isRemoved ? null : shapeOf(budget.settings))
    if (isRemoved) this.all.calm(id, now)
    else this.judge(budget, this.present(budget, now), now, 'raised')
  }

  /** Adds a change to the counter that it belongs to; null when it belongs to none, or nothing has to be judged. */
  private count(budget: Known, { before, after }: Change, now: number): Of | null {
    const { scope } = budget.settings
    const counted = (usage: Usage | null) => (usage !== null && isOf(scope, usage) ? usage : null)
    const [was, is] = [counted(before), counted(after)]
    if (!was && !is) return null
    const { row, isNew } = this.all.at(budget, after.at, (start, end) => this.book.sumOf(scope, start, end))
    // A counter that was just made has everything in it already; of a period that is over nobody is told then.
    if (isNew) return row.end > now ? ofRow(row) : null
    this.all.add(ofRow(row), {
      spent: (is?.costMicroUsd ?? 0) - (was?.costMicroUsd ?? 0),
      runs: Number(is !== null) - Number(was !== null),
      unpriced: Number(is?.costMicroUsd === null) - Number(was?.costMicroUsd === null),
    })
    return ofRow(row)
  }

  private judge(budget: Known, row: StandingRow, now: number, closing: 'period' | 'raised' | 'request'): void {
    this.all.judge(budget, row, now, closing, this.scopesOf(budget, row))
  }

  /** What has to be stopped, by name. For a model: whoever used it in the period, and whoever is set to. */
  private scopesOf({ settings: { scope } }: Known, row: StandingRow): () => Map<string, BudgetScope> {
    return () => {
      if (scope.kind !== 'model') return new Map([['scope', scope]])
      const users = this.book.agentsUsing(scope.model, row.start, row.end)
      return new Map<string, BudgetScope>([
        [modelStop, scope],
        ...users.map((agentId) => [agentId, { kind: 'agent', agentId }] satisfies [string, BudgetScope]),
      ])
    }
  }

  private present(budget: Known, now: number): StandingRow {
    const { scope } = budget.settings
    return this.all.at(budget, now, (start, end) => this.book.sumOf(scope, start, end)).row
  }

  private view(row: StandingRow): LedgerStanding {
    const of = ofRow(row)
    return {
      budgetId: row.budget_id,
      start: row.start,
      end: row.end,
      spent: row.spent,
      added: row.added,
      runs: row.runs,
      unpricedRuns: row.unpriced,
      isWarned: row.is_warned === 1,
      isExceeded: row.is_exceeded === 1,
      breaker: row.breaker,
      since: row.since,
      orderIds: this.duties.ordersOf(of),
      approvalIds: this.duties.approvalsOf(of),
    }
  }
}

const modelStop = 'model'
const keyOfModel = (key: string): string => key.slice(0, -modelStop.length - 1)
