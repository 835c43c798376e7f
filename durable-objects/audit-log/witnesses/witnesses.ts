import type { Config } from '../../../worker/config.ts'
import { logFault } from '../../../worker/platform/log.ts'
import type { Checkpoints, SignedCheckpoint } from '../checkpoints.ts'
import type { Done } from '../erase.ts'
import type { AuditInput } from '../rpc.ts'
import { headOf } from '../segments/read.ts'
import { changeWitnesses } from './change.ts'
import type { WitnessChange, WitnessChanged, WitnessList, WitnessStatus } from './rpc.ts'
import { isRefusal, recoveredEvent, refusedEvent, waitAfter } from './rules.ts'
import {
  allWitnesses,
  findWitness,
  keepCosignature,
  keepFault,
  leaseWitness,
  quorumOf,
  withCosignatures,
  witnessedSize,
} from './store.ts'
import { type Submitted, submitCheckpoint } from './submit.ts'

/** At most so often to one witness while all is well, so that a busy log is no burden. */
const submitEveryMs = 5_000
/** Longer than all rounds of one try may take. */
const leaseMs = 60_000
/** What is published within this time goes out as one. */
const gatherMs = 200

export interface Surroundings {
  storage: DurableObjectStorage
  config: Config
  checkpoints: Checkpoints
  /** Runs a step and tells its entries in one transaction. */
  inOne: <T>(step: (append: (event: AuditInput) => Done<null>['entries']) => Done<T> | null) => Promise<T | null>
  /** Sets the alarm for the next try; null takes it off. */
  wakeAt: (due: number | null) => Promise<void>
  waitUntil: (work: Promise<unknown>) => void
}

/**
 * Has the newest checkpoint cosigned by the witnesses that the organization has named. Works behind the alarm, never in the
 * way of an append or a publication. Whatever a crash cuts off is tried again when its lease ends: the witness then says
 * what it has cosigned last, and the same tree is cosigned once more.
 */
export class Witnesses {
  private readonly around: Surroundings
  /** One try at a time for each witness; eviction empties it, and the lease takes its place. */
  private readonly running = new Map<string, Promise<void>>()

  constructor(around: Surroundings) {
    this.around = around
  }

  private get sql(): SqlStorage {
    return this.around.storage.sql
  }

  list(): WitnessList {
    return {
      quorum: quorumOf(this.sql),
      size: this.around.checkpoints.latest()?.size ?? 0,
      witnessedSize: witnessedSize(this.sql),
      witnesses: allWitnesses(this.sql),
    }
  }

  /** A checkpoint with the cosignatures that there are. */
  cosigned(checkpoint: SignedCheckpoint): string {
    return withCosignatures(this.sql, checkpoint)
  }

  /** The newest checkpoint that the quorum has cosigned and that covers so many events; null for none. */
  witnessed(covering: number): SignedCheckpoint | null {
    const size = witnessedSize(this.sql)
    return size === null || size < covering ? null : this.around.checkpoints.at(size)
  }

  async change(change: WitnessChange, event: AuditInput): Promise<WitnessChanged> {
    const changed = await this.around.inOne<WitnessChanged>((append) => {
      const answer = changeWitnesses(this.sql, change)
      return { answer, entries: answer === 'done' ? append(event) : [] }
    })
    await this.schedule()
    return changed ?? 'same'
  }

  /** After a publication, and whenever something else may have changed who is due. */
  async schedule(): Promise<void> {
    const dues = this.behind().map(({ nextAt }) => Math.max(nextAt, Date.now() + gatherMs))
    await this.around.wakeAt(dues.length === 0 ? null : Math.min(...dues))
  }

  /** On the alarm. Does not wait for the witnesses: the alarm is also that of the checkpoints. */
  async submitDue(): Promise<void> {
    const now = Date.now()
    for (const { id, nextAt } of this.behind()) if (nextAt <= now) this.around.waitUntil(this.submit(id))
    await this.schedule()
  }

  async submitNow(id: string): Promise<WitnessStatus | null> {
    if (!findWitness(this.sql, id)) return null
    await this.submit(id)
    return findWitness(this.sql, id)
  }

  private behind(): WitnessStatus[] {
    const latest = this.around.checkpoints.latest()?.size
    if (latest === undefined) return []
    return allWitnesses(this.sql).filter(
      ({ enabled, size, state }) => enabled && (size !== latest || state !== 'current'),
    )
  }

  private submit(id: string): Promise<void> {
    const running = this.running.get(id) ?? this.tryOnce(id).finally(() => this.running.delete(id))
    this.running.set(id, running)
    return running
  }

  private async tryOnce(id: string): Promise<void> {
    const witness = findWitness(this.sql, id)
    if (!witness) return
    leaseWitness(this.sql, id, Date.now() + leaseMs)
    await this.conclude(witness, await this.ask(witness))
    await this.schedule()
  }

  private async ask(witness: WitnessStatus): Promise<Submitted> {
    const { checkpoints, config } = this.around
    try {
      const first = checkpoints.latest() ?? (await checkpoints.publish())
      return await submitCheckpoint(this.sql, witness, {
        newest: () => checkpoints.latest() ?? first,
        allowPrivate: config.outboundPrivate,
      })
    } catch (error) {
      logFault('audit.witness-failed', error, { witnessId: witness.id })
      return { ok: false, fault: 'internal', size: null }
    }
  }

  /** The commit point of a try: state, cosignature and the event of a refusal that is new. */
  private async conclude(asked: WitnessStatus, submitted: Submitted): Promise<void> {
    await this.around.inOne<null>((append) => {
      const before = findWitness(this.sql, asked.id)
      // Whoever it was that answered, it is not this witness any more.
      if (!before || before.vkey !== asked.vkey || before.url !== asked.url) return null
      const at = Date.now()
      if (submitted.ok) {
        keepCosignature(this.sql, asked.id, { size: submitted.size, line: submitted.line, at, due: at + submitEveryMs })
        if (!isRefusal(before.state)) return { answer: null, entries: [] }
        return { answer: null, entries: append(recoveredEvent(asked, { size: submitted.size, at })) }
      }
      const state = isRefusal(submitted.fault) ? submitted.fault : isRefusal(before.state) ? before.state : 'failing'
      const failures = before.failures + 1
      const due = at + waitAfter(failures, Math.random())
      keepFault(this.sql, { id: asked.id, state, fault: submitted.fault, failures }, { at, due })
      if (!isRefusal(submitted.fault) || submitted.fault === before.state) return { answer: null, entries: [] }
      const size = this.around.checkpoints.latest()?.size ?? headOf(this.sql)
      const seen = submitted.size ?? before.size
      return {
        answer: null,
        entries: append(refusedEvent(asked, { because: submitted.fault, size, seen, at })),
      }
    })
  }
}
