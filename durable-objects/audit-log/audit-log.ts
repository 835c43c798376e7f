import { DurableObject } from 'cloudflare:workers'
import { configOf } from '../../worker/config.ts'
import type { AuditEntry, EventFilter, SearchFilter } from '../../worker/features/audit/contract.ts'
import { logFault } from '../../worker/platform/log.ts'
import { Alarms } from '../support/alarms.ts'
import { closeBack } from '../support/close-back.ts'
import { migrate } from '../support/migrate.ts'
import { Keeping } from './archive/keeping.ts'
import type { KeepingAlarm } from './archive/parts.ts'
import type {
  Damaged,
  Held,
  Hold,
  KeepingState,
  NewHold,
  NewRestore,
  Restore,
  Retention,
  RetentionDays,
} from './archive/rpc.ts'
import { Checkpoints, publishAfterEvents, publishWithinMs, type SignedCheckpoint } from './checkpoints.ts'
import { type Done, revealOriginals } from './erase.ts'
import { hourlyCounts } from './hours.ts'
import { Listeners } from './listeners.ts'
import { migrations } from './migrations.ts'
import { openedEvent, proofFileOf, proveConsistency, proveInclusion, provenEvents, tileOf } from './proofs.ts'
import type {
  AppendResult,
  AuditInput,
  AuditLogRpc,
  ConsistencyProof,
  Erasure,
  EventPage,
  HourlyCounts,
  InclusionProof,
  LogState,
  Original,
  PageRequest,
  ProvenEvent,
  Walked,
} from './rpc.ts'
import { countEvents, eventOf, pageOfEvents } from './search.ts'
import { indexEvents, indexMore, unindexed } from './search-index.ts'
import { headOf } from './segments/read.ts'
import { type Appended, appendEvents } from './store.ts'
import { Subjects } from './subjects.ts'
import { LiveTail } from './tail.ts'
import { completeNodes, RaggedEnd } from './tree.ts'
import { archivedAtOnce, walkArchived } from './walk.ts'
import type { WitnessChange, WitnessChanged, WitnessList, WitnessStatus } from './witnesses/rpc.ts'
import { Witnesses } from './witnesses/witnesses.ts'

/** Nobody appends when nobody has for so long. */
const restMs = 250
/** So many events a search completes in a moment. */
const unindexedMax = 4_096

/** One organization's audit sequence: owns the order of its events, their hashes and the live tail. */
export class AuditLog extends DurableObject<Env> implements AuditLogRpc {
  private readonly tail: LiveTail
  private readonly checkpoints: Checkpoints
  private readonly alarms: Alarms<'checkpoint' | 'witnesses' | KeepingAlarm>
  private readonly subjects: Subjects
  private readonly listeners: Listeners
  private readonly kept: Keeping
  private readonly witnessing: Witnesses
  /** What no checkpoint covers, and whether one is on its way: cheaper to keep than to ask at each append. */
  private unsigned: number
  private publishing = false
  private appendedAt = 0
  private readonly end = new RaggedEnd()

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    migrate(ctx.storage, migrations)
    this.tail = new LiveTail(ctx)
    this.alarms = new Alarms(ctx.storage, ['checkpoint', 'witnesses', 'archive', 'restore', 'keep'])
    if (ctx.id.name === undefined) throw new Error('an audit log is reached by the name of its organization')
    this.checkpoints = new Checkpoints(ctx.storage, configOf(env), ctx.id.name)
    this.subjects = new Subjects(ctx.storage.sql, configOf(env), ctx.id.name)
    this.listeners = new Listeners(ctx.storage, env, ctx.id.name)
    this.witnessing = new Witnesses({
      storage: ctx.storage,
      config: configOf(env),
      checkpoints: this.checkpoints,
      inOne: (step) => this.toldInOne((sql, now) => step((event) => appendEvents(sql, [event], now, this.subjects))),
      wakeAt: (due) => (due === null ? this.alarms.clear('witnesses') : this.alarms.set('witnesses', due)),
      waitUntil: (work) => ctx.waitUntil(work),
    })
    this.kept = new Keeping({
      storage: ctx.storage,
      bucket: env.ARCHIVE,
      config: configOf(env),
      organizationId: ctx.id.name,
      subjects: this.subjects,
      alarms: this.alarms,
      signed: () => this.checkpoints.latest()?.size ?? 0,
      tell: (step) => this.toldInOne(step),
    })
    this.unsigned = this.checkpoints.unsigned()
    // A crash behind an append may have come before the alarm was set.
    if (this.unsigned > 0) ctx.blockConcurrencyWhile(() => this.publishLater())
    ctx.blockConcurrencyWhile(() => this.kept.aging.resume())
  }

  async append(events: AuditInput[]): Promise<AppendResult> {
    const { sql } = this.ctx.storage
    const appended = this.ctx.storage.transactionSync(() => appendEvents(sql, events, Date.now(), this.subjects))
    // Committed. Output gates hold back what follows, and our answer, until the commit is on disk; a crash before that
    // leads to a resend by whoever still holds the events, and their keys keep them single.
    this.tail.tell(appended)
    await this.publishSoon(appended.length)
    return { appended: appended.length, head: headOf(sql) }
  }

  async page(request: PageRequest): Promise<EventPage> {
    return pageOfEvents(this.ctx.storage, request)
  }

  async walk(request: { filter: EventFilter; after: number; limit: number }): Promise<Walked | null> {
    const archived = await this.kept.archived.proven(request.after, archivedAtOnce)
    if (archived) return walkArchived(archived, request)
    return pageOfEvents(this.ctx.storage, { ...request, order: 'oldest', beyond: request.after })
  }

  async count(filter: SearchFilter): Promise<{ count: number; isExact: boolean }> {
    return countEvents(this.ctx.storage, filter)
  }

  async event(seq: number): Promise<AuditEntry | Damaged | null> {
    return eventOf(this.ctx.storage.sql, seq) ?? this.kept.archived.event(seq)
  }

  async hourly(hours: number, now: number): Promise<HourlyCounts> {
    indexEvents(this.ctx.storage)
    return hourlyCounts(this.ctx.storage.sql, hours, now)
  }

  async head(): Promise<number> {
    return headOf(this.ctx.storage.sql)
  }

  async listen(streamId: string): Promise<void> {
    this.listeners.add(streamId)
  }

  async unlisten(streamId: string): Promise<void> {
    this.listeners.remove(streamId)
  }

  override async alarm(): Promise<void> {
    await this.alarms.run(Date.now(), async (name, due) => {
      if (name === 'witnesses') return this.witnessing.submitDue()
      if (name !== 'checkpoint') return this.kept.aging.alarm(name, due)
      await this.publish()
      this.ctx.waitUntil(this.listeners.wake())
      const isPrepared = this.prepareInRest()
      // What came while it was being signed found this alarm still set.
      if (this.unsigned > 0 || !isPrepared) await this.alarms.set('checkpoint', Date.now() + publishWithinMs)
    })
  }

  /**
   * Index and inner nodes of the tree, which only reading needs: those who append do not wait for them, unless they fall far
   * behind, and then for one step at a time. Whoever reads before that completes them first. False when more is left.
   */
  private prepareInRest(): boolean {
    const { storage } = this.ctx
    const isResting = Date.now() - this.appendedAt >= restMs
    let behind = unindexed(storage.sql)
    if (!isResting && behind < unindexedMax) return false
    do behind = indexMore(storage)
    while (behind >= unindexedMax)
    completeNodes(storage.sql, this.checkpoints.latest()?.size ?? 0)
    return behind === 0
  }

  async checkpoint(): Promise<string> {
    return this.witnessing.cosigned(this.checkpoints.latest() ?? (await this.publish()))
  }

  async freshCheckpoint(): Promise<string> {
    return this.witnessing.cosigned(await this.publish())
  }

  async witnessedCheckpoint(): Promise<string | null> {
    const witnessed = this.witnessing.witnessed(0)
    return witnessed && this.witnessing.cosigned(witnessed)
  }

  async witnesses(): Promise<WitnessList> {
    return this.witnessing.list()
  }

  async changeWitnesses(change: WitnessChange, event: AuditInput): Promise<WitnessChanged> {
    return this.witnessing.change(change, event)
  }

  async submitToWitness(id: string): Promise<WitnessStatus | null> {
    return this.witnessing.submitNow(id)
  }

  async tile(level: number | 'entries', n: number, width: number): Promise<Uint8Array | null> {
    const archived = level === 'entries' ? await this.kept.archived.bundle(n, width) : null
    if (archived) return archived
    const size = this.checkpoints.latest()?.size ?? 0
    return tileOf(this.ctx.storage.sql, level, n, width, size)
  }

  async inclusion(seq: number, size: number | null): Promise<InclusionProof | null> {
    const { sql } = this.ctx.storage
    if (seq < 1 || seq > headOf(sql)) return null
    const { size: signed } = await this.covering(seq)
    const wanted = size ?? signed
    return wanted < seq || wanted > signed ? null : proveInclusion(sql, seq, wanted, this.end)
  }

  async consistency(from: number, to: number | null): Promise<ConsistencyProof | null> {
    const { size: signed } = this.checkpoints.latest() ?? (await this.publish())
    const wanted = to ?? signed
    return from < 1 || wanted < from || wanted > signed
      ? null
      : proveConsistency(this.ctx.storage.sql, from, wanted, this.end)
  }

  async evidence(seq: number): Promise<string | null> {
    const { sql } = this.ctx.storage
    if (seq < 1 || seq > headOf(sql)) return null
    const covering = this.witnessing.witnessed(seq) ?? (await this.covering(seq))
    const opened = (await this.kept.archived.proven(seq - 1, 1))?.[0] ?? openedEvent(sql, seq)
    return proofFileOf(sql, seq, opened, { ...covering, note: this.witnessing.cosigned(covering) }, this.end)
  }

  async proven(after: number, limit: number): Promise<ProvenEvent[]> {
    return (await this.kept.archived.proven(after, limit)) ?? provenEvents(this.ctx.storage.sql, after, limit)
  }

  async state(): Promise<LogState> {
    const latest = this.checkpoints.latest()
    return {
      head: headOf(this.ctx.storage.sql),
      size: latest?.size ?? 0,
      signedAt: latest?.signedAt ?? null,
      checkpoint: latest && this.witnessing.cosigned(latest),
      keys: this.checkpoints.keys.all(),
    }
  }

  async rotateKey(event: AuditInput): Promise<string> {
    const told: Appended[] = []
    const { note } = await this.checkpoints.rotate((payload) => {
      told.push(...appendEvents(this.ctx.storage.sql, [{ ...event, payload }], Date.now(), this.subjects))
    })
    this.unsigned = this.checkpoints.unsigned()
    this.tail.tell(told)
    await this.witnessing.schedule()
    return note
  }

  async eraseSubject(subject: string, event: AuditInput): Promise<Erasure | Held | null> {
    return this.kept.eraseSubject(subject, event)
  }

  async eraseEvent(seq: number, event: AuditInput): Promise<Erasure | Held | Damaged | null> {
    return this.kept.eraseEvent(seq, event)
  }

  async reveal(
    seq: number,
    wanted: { subject: string } | { path: string },
    event: AuditInput,
  ): Promise<Original[] | null> {
    return this.toldInOne((sql, now) => revealOriginals(sql, this.subjects, seq, wanted, event, now))
  }

  async keeping(): Promise<KeepingState> {
    return this.kept.state()
  }

  async setRetention(seen: number, days: RetentionDays, byName: string, event: AuditInput): Promise<Retention | null> {
    return this.kept.setRetention(seen, days, byName, event)
  }

  async placeHold(hold: NewHold, event: AuditInput): Promise<Hold> {
    return this.kept.placeHold(hold, event)
  }

  async releaseHold(id: string, byName: string, because: string, event: AuditInput): Promise<Hold | null> {
    return this.kept.releaseHold(id, byName, because, event)
  }

  async restore(wanted: NewRestore, event: AuditInput): Promise<Restore | { tiles: number }> {
    return this.kept.restore(wanted, event)
  }

  /** Does something and tells of it in one transaction. */
  private async toldInOne<T>(step: (sql: SqlStorage, now: number) => Done<T> | null): Promise<T | null> {
    const done = this.ctx.storage.transactionSync(() => step(this.ctx.storage.sql, Date.now()))
    if (!done) return null
    this.tail.tell(done.entries)
    await this.publishSoon(done.entries.length)
    return done.answer
  }

  /** The newest checkpoint, made now when it does not cover the event yet. */
  private async covering(seq: number): Promise<SignedCheckpoint> {
    const latest = this.checkpoints.latest()
    return latest && latest.size >= seq ? latest : this.publish()
  }

  private async publish(): Promise<SignedCheckpoint> {
    const published = await this.checkpoints.publish()
    this.unsigned = this.checkpoints.unsigned()
    await this.witnessing.schedule()
    await this.kept.aging.wake()
    return published
  }

  private publishLater(): Promise<void> {
    return this.alarms.setIfUnset('checkpoint', Date.now() + publishWithinMs)
  }

  /**
   * A checkpoint follows on its alarm, or at once after many events. The alarm is set with the first event that none
   * covers and survives eviction; whatever else publishes before leaves it nothing to do.
   */
  private async publishSoon(appended: number): Promise<void> {
    if (appended === 0) return
    this.appendedAt = Date.now()
    const isFirst = this.unsigned === 0
    this.unsigned += appended
    if (isFirst) await this.publishLater()
    if (this.unsigned < publishAfterEvents || this.publishing) return
    this.publishing = true
    this.ctx.waitUntil(
      this.publish()
        .catch((error) => logFault('audit.checkpoint-failed', error, { organizationId: this.ctx.id.name ?? null }))
        .finally(() => {
          this.publishing = false
        }),
    )
  }

  /** Opens the live tail: see LiveTail.open. */
  override async fetch(request: Request): Promise<Response> {
    return this.tail.open(request, (after) =>
      pageOfEvents(this.ctx.storage, { filter: {}, order: 'oldest', limit: 1_000, beyond: after }),
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
