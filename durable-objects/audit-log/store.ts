import { hex } from '../../tlog/note.ts'
import type { AuditEntry } from '../../worker/features/audit/contract.ts'
import { newId } from '../../worker/platform/ids.ts'
import { iso } from '../../worker/platform/time.ts'
import { leftWindow } from './archive/kept-keys.ts'
import { boundPayload } from './bound-payload.ts'
import { leafHash, leafOf } from './leaf.ts'
import type { AuditInput } from './rpc.ts'
import { headOf } from './segments/read.ts'
import { type StoredEvent, saltLength } from './segments/segment.ts'
import { writeSegments } from './segments/write.ts'
import type { Subjects } from './subjects.ts'

/** What one append has put into the sequence. */
export interface Appended {
  seq: number
  id: string
  /** As it was given, with the payload that was stored. */
  event: AuditInput
  recordedAt: number
  leafHash: Uint8Array
}

/**
 * Appends what is new and answers it. Runs inside one transaction and never awaits: between reading the head and
 * inserting behind it nothing else can come, and the keys turn whatever still collides into an error.
 */
export const appendEvents = (
  sql: SqlStorage,
  events: AuditInput[],
  recordedAt: number,
  subjects: Subjects,
): Appended[] => {
  const given = newEvents(sql, events)
  const salts = crypto.getRandomValues(new Uint8Array(saltLength * given.length))
  const head = headOf(sql)
  const stored: StoredEvent[] = []
  const appended = given.map((event, n) => {
    const seq = head + 1 + n
    const id = newId('evt')
    const salt = salts.subarray(saltLength * n, saltLength * (n + 1))
    const { payload, text } = boundPayload(event.payload)
    const leaf = leafOf(event, id, seq, recordedAt, text, salt)
    const hash = leafHash(leaf)
    stored.push({ seq, leaf, leafHash: hash, payload: text, salt })
    if (event.originals && event.originals.length > 0) subjects.keep(seq, event.originals)
    return { seq, id, event: payload === event.payload ? event : { ...event, payload }, recordedAt, leafHash: hash }
  })
  const keys = given.map(({ key }) => key)
  writeSegments(sql, recordedAt, stored, keys)
  return appended
}

/** What was appended, as readers of the table would see it: made for those who listen. */
export const entryOfAppended = ({ seq, id, event, recordedAt, leafHash }: Appended): AuditEntry => ({
  seq,
  id,
  type: event.type,
  at: iso(event.at),
  recordedAt: iso(recordedAt),
  actor: event.actor,
  agentId: event.agentId,
  connectorId: event.connectorId,
  target: event.target,
  risk: event.risk,
  traceId: event.traceId,
  payload: event.payload,
  leafHash: hex(leafHash),
})

/** Those whose keys nobody has seen, each once; from now on their keys are known. */
const newEvents = (sql: SqlStorage, events: AuditInput[]): AuditInput[] => {
  const keys = events.map(({ key }) => key)
  const left = new Set(leftWindow(sql, keys))
  if (left.size === 0 && areNew(sql, keys)) return events
  const rows = sql
    .exec<{ key: string }>(
      'INSERT INTO event_keys (key) SELECT value FROM json_each(?) WHERE true ON CONFLICT DO NOTHING RETURNING key',
      JSON.stringify(left.size === 0 ? keys : keys.filter((key) => !left.has(key))),
    )
    .toArray()
  const fresh = new Set(rows.map(({ key }) => key))
  return events.filter(({ key }) => fresh.delete(key))
}

/** Nearly always they are, and then none has to be answered. Whatever else stops the statement stops the next one too. */
const areNew = (sql: SqlStorage, keys: string[]): boolean => {
  try {
    sql.exec('INSERT INTO event_keys (key) SELECT value FROM json_each(?)', JSON.stringify(keys))
    return true
  } catch {
    return false
  }
}
