import type { StreamDelivery } from '../../worker/features/audit/streams/contract.ts'

/** How far a stream's object is; times in milliseconds since 1970. */
export interface StreamState {
  run: number
  through: number
  delivered: number
  deliveredAt: number | null
  /** Of the delivery that has not succeeded yet. */
  attempts: number
  troubleSince: number | null
  lastError: string | null
  dueAt: number | null
}

/** The delivery of one stream. */
export interface AuditStreamRpc {
  /** There may be something new: it looks soon, unless it waits for its receiver. When it resolves, that is durable. */
  wake(organizationId: string, streamId: string): Promise<void>
  /** The stream is another than before, or nobody knows: it looks at once. */
  changed(organizationId: string, streamId: string): Promise<void>
  /** Null for one that has never been woken, or has been removed. */
  state(): Promise<StreamState | null>
  /** The newest hundred, newest first. */
  deliveries(): Promise<StreamDelivery[]>
}
