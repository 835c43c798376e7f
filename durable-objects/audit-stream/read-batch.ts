import { parseCheckpoint } from '../../tlog/checkpoint.ts'
import { parseNote } from '../../tlog/note.ts'
import type { AuditEntry, EventFilter } from '../../worker/features/audit/contract.ts'
import type { AuditLogRpc } from '../audit-log/rpc.ts'

/** A body has about this many bytes at most, unless one event has more. */
const bytesMax = 1024 * 1024

export type Found =
  | { kind: 'events'; entries: AuditEntry[]; through: number }
  /** Nothing that matches up to there; `more`: but there may be behind it. */
  | { kind: 'none'; through: number; more: boolean }
  /** Neither the log's object nor its archive has these events. */
  | { kind: 'archived' }

/** The next events behind `after` that match, as many as go into one body. */
export const readBatch = async (
  log: AuditLogRpc,
  { filter, after, limit }: { filter: EventFilter; after: number; limit: number },
): Promise<Found> => {
  const page = await log.walk({ filter, after, limit })
  if (!page) return { kind: 'archived' }
  const entries = fitting(page.entries)
  const last = entries.at(-1)
  if (!last) return { kind: 'none', through: page.through, more: page.more }
  return { kind: 'events', entries, through: entries.length < page.entries.length ? last.seq : page.through }
}

const fitting = (entries: AuditEntry[]): AuditEntry[] => {
  let bytes = 0
  const end = entries.findIndex((entry, index) => {
    bytes += JSON.stringify(entry).length
    return index > 0 && bytes > bytesMax
  })
  return end === -1 ? entries : entries.slice(0, end)
}

/** The newest checkpoint; a new one when that does not cover the event. */
export const checkpointCovering = async (
  log: AuditLogRpc,
  seq: number,
): Promise<{ checkpoint: string; size: number }> => {
  const latest = withSize(await log.checkpoint())
  return latest.size >= seq ? latest : withSize(await log.freshCheckpoint())
}

const withSize = (checkpoint: string) => {
  const note = parseNote(checkpoint)
  return { checkpoint, size: (note && parseCheckpoint(note.text)?.size) ?? 0 }
}
