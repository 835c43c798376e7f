import { DurableObject } from 'cloudflare:workers'
import { backgroundContext } from '../../worker/platform/context.ts'
import { Alarms } from '../support/alarms.ts'
import { migrate } from '../support/migrate.ts'
import { Alerts } from './alerts.ts'
import { CarryOut } from './carry-out.ts'
import { Counting } from './counting.ts'
import { Duties } from './duties.ts'
import { migrations } from './migrations.ts'
import { Projection } from './projection.ts'
import type {
  AwaitedRaise,
  BudgetInForce,
  By,
  CostLedgerRpc,
  LedgerStanding,
  MedianCost,
  RaiseState,
  Usage,
} from './rpc.ts'
import { Standings } from './standings.ts'
import { UsageBook } from './usage-book.ts'

/** How long sums wait to be told together, and how often approvals that wait are looked at. */
const gatherMs = 2_000
const lookAgainMs = 15_000

type Alarm = 'duties' | 'project' | 'period'

/** The ledger of one organization: what was used and what budgets make of it stand here and nowhere else. */
export class CostLedger extends DurableObject<Env> implements CostLedgerRpc {
  private readonly alarms: Alarms<Alarm>
  private readonly counting: Counting
  private readonly carryOut: CarryOut
  private readonly projection: Projection
  private work: Promise<unknown> = Promise.resolve()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
    const { sql } = ctx.storage
    const [duties, alerts] = [new Duties(sql), new Alerts(sql)]
    this.alarms = new Alarms(ctx.storage, ['duties', 'project', 'period'])
    this.counting = new Counting(ctx.storage, new UsageBook(sql), new Standings(sql, duties, alerts), duties)
    this.carryOut = new CarryOut(duties, this.counting)
    this.projection = new Projection(sql, alerts)
  }

  async record(organizationId: string, usage: Usage[]): Promise<void> {
    this.introduce(organizationId)
    this.counting.record(usage, Date.now())
    await this.wake()
    await this.alarms.setIfUnset('project', Date.now() + gatherMs)
  }

  async follow(organizationId: string, budgets: BudgetInForce[]): Promise<void> {
    this.introduce(organizationId)
    this.counting.follow(budgets, Date.now())
    await this.wake()
  }

  async standings(organizationId: string, budgetIds: string[]): Promise<LedgerStanding[]> {
    this.introduce(organizationId)
    const standings = this.counting.standings(budgetIds, Date.now())
    await this.wake()
    return standings
  }

  async medianCosts(agentIds: string[]): Promise<MedianCost[]> {
    return this.counting.medianCosts(agentIds)
  }

  async awaitRaise(organizationId: string, raise: AwaitedRaise): Promise<void> {
    this.introduce(organizationId)
    this.counting.awaitRaise(raise, Date.now())
    await this.alarms.setIfUnset('duties', Date.now() + lookAgainMs)
  }

  async settleRaise(approvalId: string): Promise<RaiseState | null> {
    await this.inOrder(() => this.carryOut.settle(this.context(), approvalId))
    await this.wake()
    return this.counting.raiseState(approvalId)
  }

  async reset(budgetId: string, reason: string, by: By): Promise<boolean> {
    const isReset = this.counting.reset(budgetId, reason, by, Date.now())
    await this.wake()
    return isReset
  }

  async project(organizationId: string): Promise<void> {
    this.introduce(organizationId)
    // Not behind the duties: whoever reads does not wait for stops, and whole rows may be told twice at once.
    await this.projection.tell(this.context())
  }

  override async alarm(): Promise<void> {
    await this.alarms.run(Date.now(), async (name) => {
      if (name === 'period') this.counting.endPeriods(Date.now())
      else if (name === 'project') await this.project(this.context().organizationId)
      else await this.doDuties()
      if (name === 'period') await this.wake()
    })
  }

  /** A crash anywhere in here comes again: each duty stands until it is done, and done twice it is once. */
  private async doDuties(): Promise<void> {
    await this.inOrder(() => this.carryOut.all(this.context()))
    await this.inOrder(() => this.projection.tellAlerts(this.context()))
    if (this.counting.isWaiting()) await this.alarms.set('duties', Date.now() + lookAgainMs)
  }

  /** Later than now: what is written down while the alarm runs must outlive what the alarm has looked at. */
  private async wake(): Promise<void> {
    if (this.counting.hasDuties() || this.projection.hasAlerts()) await this.alarms.set('duties', Date.now() + 1)
    const end = this.counting.nextEnd()
    if (end !== null) await this.alarms.set('period', end)
  }

  private introduce(organizationId: string): void {
    this.ctx.storage.sql.exec('INSERT OR IGNORE INTO identity (only, organization_id) VALUES (1, ?)', organizationId)
  }

  private context() {
    const [row] = this.ctx.storage.sql
      .exec<{ organization_id: string }>('SELECT organization_id FROM identity')
      .toArray()
    if (!row) throw new Error('the ledger was never used')
    const ctx = backgroundContext(this.env, (work) => this.ctx.waitUntil(work))
    return { ...ctx, organizationId: row.organization_id }
  }

  /** What goes out does so one after the other. */
  private inOrder(step: () => Promise<void>): Promise<void> {
    const done = this.work.then(step)
    this.work = done.catch(() => {})
    return done
  }
}
