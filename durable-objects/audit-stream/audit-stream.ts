import { DurableObject } from 'cloudflare:workers'
import type { StreamDelivery } from '../../worker/features/audit/streams/contract.ts'
import { backgroundContext } from '../../worker/platform/context.ts'
import { auditLog } from '../audit-log/stub.ts'
import { Alarms } from '../support/alarms.ts'
import { migrate } from '../support/migrate.ts'
import { deliver, type Next } from './deliver.ts'
import { migrations } from './migrations.ts'
import type { AuditStreamRpc, StreamState } from './rpc.ts'
import { StreamStore } from './store.ts'

/**
 * Delivers one stream: at least once, in order, with nothing left out. What the stream is stands in D1; here stands how
 * far it is. All work is done by the alarm, so there is never more than one delivery on its way.
 */
export class AuditStream extends DurableObject<Env> implements AuditStreamRpc {
  private readonly store: StreamStore
  private readonly alarms: Alarms<'deliver'>
  /** Whether the log knows that it has to wake this one. A cache: after an eviction it is told again. */
  private isListening = false

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
    this.store = new StreamStore(ctx.storage)
    this.alarms = new Alarms(ctx.storage, ['deliver'])
  }

  async wake(organizationId: string, streamId: string): Promise<void> {
    this.store.introduce(organizationId, streamId)
    // Later than now: what comes while the alarm runs must outlive what the alarm has looked at.
    await this.alarms.set('deliver', Math.max(Date.now() + 1, this.store.pending()?.due_at ?? 0))
  }

  async changed(organizationId: string, streamId: string): Promise<void> {
    this.store.introduce(organizationId, streamId)
    await this.alarms.set('deliver', Date.now() + 1)
  }

  async state(): Promise<StreamState | null> {
    return this.store.state()
  }

  async deliveries(): Promise<StreamDelivery[]> {
    return this.store.deliveries()
  }

  override async alarm(): Promise<void> {
    await this.alarms.run(Date.now(), async () => {
      // Before it looks: what is appended behind that wakes it again.
      await this.listen(true)
      const ctx = backgroundContext(this.env, (work) => this.ctx.waitUntil(work))
      await this.goOn(await deliver(ctx, this.store))
    })
  }

  private async goOn(next: Next): Promise<void> {
    if (next.kind === 'at') await this.alarms.set('deliver', next.due)
    if (next.kind === 'soon') await this.alarms.set('deliver', Date.now() + 1)
    if (next.kind === 'stopped' || next.kind === 'removed') await this.listen(false)
    if (next.kind === 'removed') this.store.forget()
  }

  private async listen(wanted: boolean): Promise<void> {
    const known = this.store.cursor()
    if (!known || this.isListening === wanted) return
    const log = auditLog(this.env, known.organization_id)
    if (wanted) await log.listen(known.stream_id)
    else await log.unlisten(known.stream_id)
    this.isListening = wanted
  }
}
