import { DurableObject } from 'cloudflare:workers'
import { approvalsDue } from '../../worker/features/approvals/index.ts'
import { backgroundContext } from '../../worker/platform/context.ts'
import { logFault } from '../../worker/platform/log.ts'
import { migrate } from '../support/migrate.ts'
import { migrations } from './migrations.ts'
import type { ApprovalClockRpc } from './rpc.ts'

const retryMs = 5_000
/** However much is due, other requests get their turn in between. */
const pauseMs = 50

/**
 * When the next approval of an organization needs something: that moment is all it keeps. What is due then stands in D1,
 * and cron finds it as well; the clock only makes it happen at the moment instead of within the minute.
 */
export class ApprovalClock extends DurableObject<Env> implements ApprovalClockRpc {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
  }

  async wake(organizationId: string, at: number): Promise<void> {
    const { sql } = this.ctx.storage
    sql.exec('INSERT OR REPLACE INTO identity (only, organization_id) VALUES (1, ?)', organizationId)
    // Later than now: what comes in while the alarm runs must outlive what the alarm has looked at.
    sql.exec('INSERT OR IGNORE INTO wakes (at) VALUES (?)', Math.max(Math.floor(at), Date.now() + 1))
    await this.arm()
  }

  override async alarm(): Promise<void> {
    const { sql } = this.ctx.storage
    const [identity] = sql.exec<{ organization_id: string }>('SELECT organization_id FROM identity').toArray()
    const now = Date.now()
    if (!identity) return
    try {
      const ctx = backgroundContext(this.env, (work) => this.ctx.waitUntil(work))
      const next = await approvalsDue(ctx, identity.organization_id)
      // A crash before this line goes off again, and finds what is done already.
      sql.exec('DELETE FROM wakes WHERE at <= ?', now)
      if (next !== null) sql.exec('INSERT OR IGNORE INTO wakes (at) VALUES (?)', Math.max(next, Date.now() + pauseMs))
    } catch (error) {
      // The platform would give up after a few tries; this goes on for as long as it takes.
      logFault('approval.clock-failed', error, { organizationId: identity.organization_id })
      sql.exec('DELETE FROM wakes WHERE at <= ?', now)
      sql.exec('INSERT OR IGNORE INTO wakes (at) VALUES (?)', now + retryMs)
    }
    await this.arm()
  }

  /** One moment is enough: when it comes, the next one is looked up. */
  private async arm(): Promise<void> {
    const { sql } = this.ctx.storage
    const { at } = sql.exec<{ at: number | null }>('SELECT min(at) AS at FROM wakes').one()
    if (at === null) return this.ctx.storage.deleteAlarm()
    sql.exec('DELETE FROM wakes WHERE at > ?', at)
    if ((await this.ctx.storage.getAlarm()) !== at) await this.ctx.storage.setAlarm(at)
  }
}
