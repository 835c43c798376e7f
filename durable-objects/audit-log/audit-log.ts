import { DurableObject } from 'cloudflare:workers'
import { closeBack } from '../support/close-back.ts'
import { migrate } from '../support/migrate.ts'
import { migrations } from './migrations.ts'
import type { AppendResult, AuditInput, AuditLogRpc, EventPage, HourlyCounts, PageRequest } from './rpc.ts'
import { appendEvents, headOf, hourlyCounts, pageOfEvents } from './store.ts'
import { LiveTail } from './tail.ts'

/** One organization's audit sequence: owns the order of its events, their hashes and the live tail. */
export class AuditLog extends DurableObject<Env> implements AuditLogRpc {
  private readonly tail: LiveTail

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
    this.tail = new LiveTail(ctx)
  }

  async append(events: AuditInput[]): Promise<AppendResult> {
    const { sql } = this.ctx.storage
    const entries = this.ctx.storage.transactionSync(() => appendEvents(sql, events, Date.now()))
    // Committed. Output gates hold back what follows, and our answer, until the commit is on disk; a crash before that
    // leads to a resend by whoever still holds the events, and their keys keep them single.
    this.tail.tell(entries)
    return { appended: entries.length, head: headOf(sql) }
  }

  async page(request: PageRequest): Promise<EventPage> {
    return pageOfEvents(this.ctx.storage.sql, request)
  }

  async hourly(hours: number, now: number): Promise<HourlyCounts> {
    return hourlyCounts(this.ctx.storage.sql, hours, now)
  }

  async head(): Promise<number> {
    return headOf(this.ctx.storage.sql)
  }

  /** Opens the live tail: see LiveTail.open. */
  override async fetch(request: Request): Promise<Response> {
    return this.tail.open(request, (after) =>
      pageOfEvents(this.ctx.storage.sql, { filter: {}, order: 'oldest', limit: 1_000, beyond: after }),
    )
  }

  override webSocketMessage(socket: WebSocket): void {
    socket.close(1008, 'the tail only tells')
  }

  override webSocketClose(socket: WebSocket): void {
    closeBack(socket)
    this.tail.forget(socket)
  }

  override webSocketError(socket: WebSocket): void {
    this.tail.forget(socket)
  }
}
