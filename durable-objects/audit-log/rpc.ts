import type { AuditEntry, AuditEventType, EventFilter, SearchFilter } from '../../worker/features/audit/contract.ts'
import type { Actor } from '../../worker/platform/context.ts'
import type { Risk } from '../../worker/platform/contract.ts'
import type { Damaged, Held, KeepingRpc } from './archive/rpc.ts'
import type { PublicKey } from './log-keys.ts'
import type { WitnessesRpc } from './witnesses/rpc.ts'

/** An event on its way into the sequence, already masked. */
export interface AuditInput {
  /** The same happening has the same key, however often it is told; the sequence keeps the first. */
  key: string
  type: AuditEventType
  /** Milliseconds since 1970, by the clock of whoever reports it. */
  at: number
  actor: Actor
  agentId: string | null
  connectorId: string | null
  target: string | null
  risk: Risk
  traceId: string | null
  payload: Record<string, unknown>
  /** What was masked in it and may be kept, encrypted; in clear only on this way. */
  originals?: Original[]
}

/** Something masked as it was: never a secret. */
export interface Original {
  /** Where it stood: RFC 6901 JSON pointer into the payload. */
  path: string
  /** The data subject: `<class>:<pseudonym>`. */
  subject: string
  value: string
}

export interface AppendResult {
  /** How many of the given events are new. */
  appended: number
  /** The newest sequence number; 0 while the sequence is empty. */
  head: number
}

export interface EventPage {
  entries: AuditEntry[]
  /** True when more entries match beyond the last one. */
  more: boolean
  /** Events before this one are in the archive alone, but for what has been restored; null while none are. */
  archivedBefore: number | null
  /** Read oldest first, no further entry matches up to this sequence number. */
  through: number
}

export interface PageRequest {
  filter: SearchFilter
  order: 'newest' | 'oldest'
  limit: number
  /** Entries strictly beyond this sequence number, in the direction of `order`. */
  beyond: number | null
}

export interface HourlyCounts {
  /** Events by hour, oldest first, the last one being the current hour. */
  events: number[]
  risky: number[]
}

/** The tail closes with this code when it is asked to begin too far back: read pages first. */
export const tailBehind = 4410

/** Hashes as base64, leaf hashes as hex, as in the list of events. */
export interface InclusionProof {
  seq: number
  /** The leaf's place in the tree: `seq - 1`. */
  index: number
  size: number
  leafHash: string
  root: string
  proof: string[]
}

export interface ConsistencyProof {
  from: number
  to: number
  fromRoot: string
  toRoot: string
  proof: string[]
}

/** What the log says of itself. */
export interface LogState {
  /** The newest sequence number. */
  head: number
  /** How many of these the newest checkpoint covers. */
  size: number
  signedAt: number | null
  checkpoint: string | null
  /** Every key that ever signed, the newest first. */
  keys: PublicKey[]
}

/** A part of the sequence on the way through all of it. */
export interface Walked {
  entries: AuditEntry[]
  /** No further entry matches up to this sequence number. */
  through: number
  /** True when there may be more behind it. */
  more: boolean
}

/** An event with all that proves it. */
export interface ProvenEvent {
  seq: number
  leaf: string
  hash: string
  payload: string | null
  salt: string | null
}

/** When something was destroyed, and how many events had it. */
export interface Erasure {
  erasedAt: number
  events: number
}

/** One organization's audit sequence. */
export interface AuditLogRpc extends WitnessesRpc, KeepingRpc {
  /**
   * Appends in order, all or nothing, in one transaction; events whose key is known are left out. When it resolves,
   * the events are durable and numbered without a gap.
   */
  append(events: AuditInput[]): Promise<AppendResult>
  page(request: PageRequest): Promise<EventPage>
  /**
   * Events behind `after` that match, oldest first, at most `limit`, also those that are in the archive alone; null when
   * the archive does not have them. For whoever goes through all of it: a search does not look there.
   */
  walk(request: { filter: EventFilter; after: number; limit: number }): Promise<Walked | null>
  /** How many events match: exact up to ten thousand, estimated beyond. */
  count(filter: SearchFilter): Promise<{ count: number; isExact: boolean }>
  /** One event; null when there is none of that number. */
  event(seq: number): Promise<AuditEntry | Damaged | null>
  hourly(hours: number, now: number): Promise<HourlyCounts>
  head(): Promise<number>
  /** From now on this stream is woken when there is something new, at the latest with the checkpoint. Twice is once. */
  listen(streamId: string): Promise<void>
  unlisten(streamId: string): Promise<void>
  /** The newest signed note with the cosignatures it has; an event is covered at the latest one second after its append. */
  checkpoint(): Promise<string>
  /** The same, signed now when it does not cover everything yet. */
  freshCheckpoint(): Promise<string>
  /** A tile or entry bundle of the newest checkpoint's tree; null for what it does not have. */
  tile(level: number | 'entries', n: number, width: number): Promise<Uint8Array | null>
  /** That event `seq` is in the tree of `size`, or of the newest checkpoint; null when there is no such tree or event. */
  inclusion(seq: number, size: number | null): Promise<InclusionProof | null>
  /** That the tree of `to` begins with all of the tree of `from`; null when there are no such trees. */
  consistency(from: number, to: number | null): Promise<ConsistencyProof | null>
  /**
   * The same as a C2SP tlog-proof file with the event in it; null when there is no such event. Its checkpoint is the newest
   * that the quorum of witnesses has cosigned, if that covers the event.
   */
  evidence(seq: number): Promise<string | null>
  /** Events behind `after`, oldest first, at most `limit`, with what proves them. */
  proven(after: number, limit: number): Promise<ProvenEvent[]>
  state(): Promise<LogState>
  /**
   * Destroys a data subject's key and every original of it, and tells it by `event`, whose count it fills in; both commit
   * together. Twice is once. Null for a subject of whom nothing was ever kept; nothing is destroyed while anything of it is under hold.
   */
  eraseSubject(subject: string, event: AuditInput): Promise<Erasure | Held | null>
  /** Destroys payload and salt of one event. Twice is once. Null when there is no such event. */
  eraseEvent(seq: number, event: AuditInput): Promise<Erasure | Held | Damaged | null>
  /** Originals of one event, told by `event`, whose subjects it fills in. Null when nothing of that is kept. */
  reveal(seq: number, wanted: { subject: string } | { path: string }, event: AuditInput): Promise<Original[] | null>
  /**
   * A new signing key, told by `event`, whose payload it fills in; both commit together. The old one vouches for it, and signs
   * beside it for 30 days. Answers the newest checkpoint, signed by both.
   */
  rotateKey(event: AuditInput): Promise<string>
}
