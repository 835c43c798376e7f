import type { AuditEntry, AuditEventType, EventFilter } from '../../worker/features/audit/contract.ts'
import type { Actor } from '../../worker/platform/context.ts'
import type { Risk } from '../../worker/platform/contract.ts'

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
  /** Read oldest first, no further entry matches up to this sequence number. */
  through: number
}

export interface PageRequest {
  filter: EventFilter
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

/** One organization's audit sequence. */
export interface AuditLogRpc {
  /**
   * Appends in order, all or nothing, in one transaction; events whose key is known are left out. When it resolves,
   * the events are durable and numbered without a gap.
   */
  append(events: AuditInput[]): Promise<AppendResult>
  page(request: PageRequest): Promise<EventPage>
  hourly(hours: number, now: number): Promise<HourlyCounts>
  head(): Promise<number>
}
