import { type BudgetScope, type BudgetSettings, releaseReasons } from '../../worker/features/budgets/contract.ts'
import { allowedOf, type Happening, judge, type Latch, periodOf, raiseOf } from '../../worker/features/budgets/index.ts'
import { newId } from '../../worker/platform/ids.ts'
import type { Alerts } from './alerts.ts'
import type { Duties, Of } from './duties.ts'
import type { By } from './rpc.ts'

export interface StandingRow extends Record<string, SqlStorageValue> {
  budget_id: string
  shape: string
  start: number
  end: number
  spent: number
  runs: number
  unpriced: number
  added: number
  is_warned: number
  is_exceeded: number
  breaker: Latch['breaker']
  since: number | null
  opening: number
}

export interface Known {
  id: string
  version: number
  settings: BudgetSettings
}

export const shapeOf = ({ period, timeZone }: BudgetSettings): string => `${period} ${timeZone}`
export const ofRow = ({ budget_id, shape, start }: StandingRow): Of => ({ budgetId: budget_id, shape, start })
const latchOf = (row: StandingRow): Latch => ({
  isWarned: row.is_warned === 1,
  isExceeded: row.is_exceeded === 1,
  breaker: row.breaker,
})

type Closing = Extract<Happening['because'], 'period' | 'request' | 'raised' | 'changed' | 'removed'>

/** How budgets stand in their periods, and what follows from that. Nothing here awaits. */
export class Standings {
  private readonly sql: SqlStorage
  private readonly duties: Duties
  private readonly alerts: Alerts

  constructor(sql: SqlStorage, duties: Duties, alerts: Alerts) {
    this.sql = sql
    this.duties = duties
    this.alerts = alerts
  }

  find({ budgetId, shape, start }: Of): StandingRow | null {
    const [row] = this.sql
      .exec<StandingRow>(
        'SELECT * FROM standings WHERE budget_id = ? AND shape = ? AND start = ?',
        budgetId,
        shape,
        start,
      )
      .toArray()
    return row ?? null
  }

  /** The standing of the period that a moment lies in; made by `sum` when it is asked for first. */
  at(
    budget: Known,
    at: number,
    sum: (start: number, end: number) => { spent: number; runs: number; unpriced: number },
  ) {
    const { period, timeZone } = budget.settings
    const { start, end } = periodOf(period, timeZone, at)
    const of = { budgetId: budget.id, shape: shapeOf(budget.settings), start }
    const known = this.find(of)
    if (known) return { row: known, isNew: false }
    const { spent, runs, unpriced } = sum(start, end)
    this.sql.exec(
      'INSERT INTO standings (budget_id, shape, start, "end", spent, runs, unpriced) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ...[budget.id, of.shape, start, end, spent, runs, unpriced],
    )
    return { row: this.get(of), isNew: true }
  }

  add(of: Of, delta: { spent: number; runs: number; unpriced: number; added?: number }): StandingRow {
    this.sql.exec(
      `UPDATE standings SET spent = spent + ?, runs = runs + ?, unpriced = unpriced + ?, added = added + ?
       WHERE budget_id = ? AND shape = ? AND start = ?`,
      delta.spent,
      delta.runs,
      delta.unpriced,
      delta.added ?? 0,
      of.budgetId,
      of.shape,
      of.start,
    )
    return this.get(of)
  }

  /** Judges a standing by its budget and writes down what follows. `closing`: why the breaker would close now. */
  judge(budget: Known, row: StandingRow, now: number, closing: Closing, scopes: () => Map<string, BudgetScope>): void {
    const isOver = row.end <= now
    const before = latchOf(row)
    const { settings } = budget
    const judged = judge(settings, row, before, isOver)
    const { latch, told, because, action } = judged
    const opening = told === 'exceeded' && before.breaker === 'closed' ? row.opening + 1 : row.opening
    const since = latch.breaker === before.breaker ? row.since : latch.breaker === 'closed' ? null : now
    const isSame = latch.isWarned === before.isWarned && latch.isExceeded === before.isExceeded
    if (!isSame || latch.breaker !== before.breaker) this.write(ofRow(row), latch, since, opening)
    if (!isOver)
      this.alerts.set(budget.id, latch.isExceeded ? 'exceeded' : latch.isWarned ? 'warned' : 'ok', row.end, now)
    if (told) this.tell(budget, row, now, { kind: told, because, action: told === 'exceeded' ? action : null })
    const key = keyOf(row, opening)
    if (latch.breaker === 'asking' && before.breaker !== 'asking') this.ask(budget, row, key)
    if (latch.breaker === 'open')
      for (const [name, scope] of scopes()) this.duties.stop(`${key}:${name}`, ofRow(row), scope)
    if (latch.breaker !== 'asking' && before.breaker === 'asking') this.duties.dropRaises(ofRow(row), 'asks')
    if (latch.breaker === 'closed' && before.breaker !== 'closed')
      this.close(budget, row, now, { because: closing, reason: null, by: null })
  }

  /** Nobody allowed to go on: what was asked for is stopped now. */
  refused(budget: Known, row: StandingRow, now: number, scopes: () => Map<string, BudgetScope>): void {
    if (row.breaker !== 'asking' || row.end <= now) return
    this.write(ofRow(row), { ...latchOf(row), breaker: 'open' }, now, row.opening)
    this.tell(budget, row, now, { kind: 'exceeded', because: 'refused', action: 'stop' })
    for (const [name, scope] of scopes()) this.duties.stop(`${keyOf(row, row.opening)}:${name}`, ofRow(row), scope)
  }

  /** What an approval under `ask` allowed is used up with it: over the limit again is another crossing. */
  rearm(row: StandingRow): StandingRow {
    this.write(ofRow(row), { ...latchOf(row), isExceeded: false, breaker: 'closed' }, null, row.opening)
    return this.get(ofRow(row))
  }

  /** Lets go whatever a standing holds, and says why. */
  close(
    budget: Known,
    row: StandingRow,
    now: number,
    { because, reason, by }: { because: Closing; reason: string | null; by: By | null },
  ): void {
    this.sql.exec(
      `UPDATE standings SET breaker = 'closed', since = NULL WHERE budget_id = ? AND shape = ? AND start = ?`,
      row.budget_id,
      row.shape,
      row.start,
    )
    this.duties.release(ofRow(row), reason ?? releaseReasons[because])
    this.duties.dropRaises(ofRow(row), because === 'raised' || because === 'request' ? 'asks' : 'all')
    this.tell(budget, row, now, { kind: 'reset', because, action: null, reason, by })
  }

  /** Of a budget that is removed there is nothing to worry about. */
  calm(budgetId: string, now: number): void {
    this.alerts.calm(budgetId, now)
  }

  tell(
    budget: Known,
    row: StandingRow,
    now: number,
    happened: Pick<Happening, 'kind' | 'because' | 'action'> & Partial<Happening>,
  ): void {
    this.duties.tell({
      id: newId('bhp'),
      budgetId: budget.id,
      budgetName: budget.settings.name,
      agentId: budget.settings.scope.kind === 'agent' ? budget.settings.scope.agentId : null,
      at: now,
      periodStart: row.start,
      version: budget.version,
      spentMicroUsd: row.spent,
      allowedMicroUsd: allowedOf(budget.settings, row),
      amountMicroUsd: null,
      reason: null,
      approvalId: null,
      by: null,
      ...happened,
    })
  }

  /** Standings that hold something, or wait to, of a budget or of everything that ended by `endedBy`. */
  held(where: { budgetId: string } | { endedBy: number }): StandingRow[] {
    const [condition, value] = 'budgetId' in where ? ['budget_id = ?', where.budgetId] : ['"end" <= ?', where.endedBy]
    return this.sql
      .exec<StandingRow>(`SELECT * FROM standings WHERE breaker <> 'closed' AND ${condition}`, value ?? '')
      .toArray()
  }

  /** When the next period ends in which something is held or warned of; null: nothing is. */
  nextEnd(): number | null {
    const { at } = this.sql
      .exec<{ at: number | null }>(`SELECT min("end") AS at FROM standings WHERE breaker <> 'closed'`)
      .one()
    const ends = [at, this.alerts.nextEnd()].filter((end) => end !== null)
    return ends.length === 0 ? null : Math.min(...ends)
  }

  /** What was warned of in periods that are over. */
  endAlerts(now: number): void {
    this.alerts.endBy(now)
  }

  private ask(budget: Known, row: StandingRow, key: string): void {
    this.duties.await(key, 'ask', ofRow(row), {
      approvalId: '',
      periodStart: row.start,
      amountMicroUsd: raiseOf(budget.settings),
      reason: '',
      by: { kind: 'system', id: 'budgets', name: budget.settings.name },
    })
  }

  private get(of: Of): StandingRow {
    const row = this.find(of)
    if (!row) throw new Error('a standing was lost')
    return row
  }

  private write(of: Of, latch: Latch, since: number | null, opening: number): void {
    this.sql.exec(
      `UPDATE standings SET is_warned = ?, is_exceeded = ?, breaker = ?, since = ?, opening = ?
       WHERE budget_id = ? AND shape = ? AND start = ?`,
      Number(latch.isWarned),
      Number(latch.isExceeded),
      latch.breaker,
      since,
      opening,
      of.budgetId,
      of.shape,
      of.start,
    )
  }
}

/** One for each time that a budget is crossed in a period: what follows is ordered and asked for once under it. */
const keyOf = ({ budget_id, shape, start }: StandingRow, opening: number): string =>
  `${budget_id}:${shape}:${start}:${opening}`
