import { takeApproval, withdrawIfPending } from '../../worker/features/approvals/index.ts'
import { BudgetScope } from '../../worker/features/budgets/contract.ts'
import {
  agentsSetToModel,
  askToSpendOn,
  readHappening,
  releaseStop,
  stopScope,
  tellHappening,
} from '../../worker/features/budgets/index.ts'
import { actingFor, type OrganizationContext, type RequestContext } from '../../worker/platform/context.ts'
import { logFault } from '../../worker/platform/log.ts'
import type { Counting } from './counting.ts'
import type { Duties, Raise, Stop } from './duties.ts'

type LedgerContext = RequestContext & { organizationId: string }

/**
 * Carries out what stands in the duties. Each is named by a key that is the same when it comes again, so that a crash
 * between doing and writing down that it is done leads to the same once more, and to nothing new.
 */
export class CarryOut {
  private readonly duties: Duties
  private readonly counting: Counting

  constructor(duties: Duties, counting: Counting) {
    this.duties = duties
    this.counting = counting
  }

  /** Stops go first: money runs out while others are told. Throws at the end when something has to come again. */
  async all(ctx: LedgerContext): Promise<void> {
    let failed = 0
    const attempt = async (what: string, step: () => Promise<void>) => {
      try {
        await step()
      } catch (error) {
        failed += 1
        logFault('budget.not-carried-out', error, { what, organizationId: ctx.organizationId })
      }
    }
    // A model's stop finds agents, which are stops of their own.
    for (let found = -1; found !== 0 && failed === 0; ) {
      const stops = this.duties.stopsToDo()
      found = stops.length
      for (const stop of stops) await attempt(stop.key, () => this.stop(ctx, stop))
    }
    await attempt('tellings', () => this.tell(ctx))
    for (const raise of this.duties.raisesToDo()) await attempt(raise.key, () => this.raise(ctx, raise))
    if (failed > 0) throw new Error(`${failed} duties of budgets could not be carried out`)
  }

  async settle(ctx: LedgerContext, approvalId: string): Promise<void> {
    const raise = this.duties.raise(approvalId)
    if (raise && (raise.state === 'waiting' || raise.state === 'dropped')) await this.raise(ctx, raise)
  }

  private async tell(ctx: LedgerContext): Promise<void> {
    for (const { position, body } of this.duties.tellings()) {
      const happening = readHappening(body)
      await tellHappening(this.actor(ctx, happening.budgetName), happening)
      this.duties.told(position)
    }
  }

  private async stop(ctx: LedgerContext, stop: Stop): Promise<void> {
    const acting = this.actor(ctx, this.counting.budgetName(stop.budget_id))
    const { key } = stop
    if (stop.state === 'ordered') {
      if (stop.order_id !== null) await releaseStop(acting, stop.order_id, stop.release_reason ?? '')
      return this.duties.released(key)
    }
    // Written down before: what may have been ordered is ordered to the end, and taken back only then.
    if (!this.duties.begun(key)) return
    const scope = scopeOf(stop)
    if (scope.kind === 'model') {
      const agentIds = await agentsSetToModel(acting, scope.model)
      if (this.duties.isWanted(key)) this.counting.addStops(stop, agentIds)
      return this.duties.forgetStop(key)
    }
    const orderId = await stopScope(acting, { key, budgetId: stop.budget_id, scope })
    if (orderId === null) this.duties.forgetStop(key)
    else this.duties.ordered(key, orderId)
  }

  private async raise(ctx: LedgerContext, raise: Raise): Promise<void> {
    const isOver = !this.counting.isPresent(raise, Date.now())
    if (raise.approval_id === null) {
      if (raise.state === 'dropped' || isOver)
        return this.counting.refuseRaise({ ...raise, state: 'dropped' }, Date.now())
      const acting = this.actor(ctx, raise.by_name)
      return this.duties.asked(raise.key, await askToSpendOn(acting, { ...asRequest(raise), key: raise.key }))
    }
    const acting = asRequester(ctx, raise)
    if (raise.state === 'dropped' || isOver) {
      await withdrawIfPending(acting, raise.approval_id)
      return this.counting.refuseRaise({ ...raise, state: 'dropped' }, Date.now())
    }
    const outcome = await takeApproval(acting, raise.approval_id)
    if (outcome === 'allowed') this.counting.applyRaise(raise, Date.now())
    if (outcome === 'refused') this.counting.refuseRaise(raise, Date.now())
  }

  private actor(ctx: LedgerContext, name: string): OrganizationContext {
    return { ...actingFor(ctx, ctx.organizationId, { kind: 'system', id: 'budgets' }), actorName: name }
  }
}

const asRequest = (raise: Raise) => ({
  budgetId: raise.budget_id,
  periodStart: raise.start,
  amountMicroUsd: raise.amount,
})

/** Who asked: only they may use or take back what they asked for. */
const asRequester = (ctx: LedgerContext, { by_kind, by_id, by_name }: Raise): OrganizationContext => {
  const kind = by_kind === 'member' || by_kind === 'api_key' ? by_kind : 'system'
  return { ...actingFor(ctx, ctx.organizationId, { kind, id: by_id }), actorName: by_name }
}

const scopeOf = ({ scope }: Stop): BudgetScope => BudgetScope.parse(JSON.parse(scope))
