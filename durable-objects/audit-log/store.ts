import { z } from 'zod'
import { hex } from '../../tlog/note.ts'
import { type AuditEntry, AuditEventType, actorKinds } from '../../worker/features/audit/contract.ts'
import { type Risk, risks } from '../../worker/platform/contract.ts'
import { newId } from '../../worker/platform/ids.ts'
import { iso } from '../../worker/platform/time.ts'
import { leftWindow } from './archive/kept-keys.ts'
import { boundPayload } from './bound-payload.ts'
import { leafHash, leafOf } from './leaf.ts'
import type { AuditInput } from './rpc.ts'
import type { Subjects } from './subjects.ts'

const saltLength = 32

export const headOf = (sql: SqlStorage): number =>
  sql.exec<{ head: number | null }>('SELECT max(seq) AS head FROM events').one().head ?? 0

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
  const salts = crypto.getRandomValues(new Uint8Array(saltLength * events.length))
  const appended: Appended[] = []
  const known = knownKeys(sql, events)
  let seq = headOf(sql)
  for (const event of events) {
    if (known.has(event.key)) continue
    known.add(event.key)
    seq += 1
    const id = newId('evt')
    const salt = salts.slice(saltLength * appended.length, saltLength * (appended.length + 1))
    const { payload, text } = boundPayload(event.payload)
    const leaf = leafOf(event, id, seq, recordedAt, text, salt)
    const hash = leafHash(leaf)
    sql.exec(
      `INSERT INTO events (seq, key, id, type, at, recorded_at, actor_kind, actor_id, agent_id, connector_id, target,
         risk, trace_id, leaf, leaf_hash, payload, salt) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      seq,
      event.key,
      id,
      event.type,
      event.at,
      recordedAt,
      event.actor.kind,
      event.actor.id,
      event.agentId,
      event.connectorId,
      event.target,
      risks.indexOf(event.risk),
      event.traceId,
      leaf,
      hash,
      text,
      salt,
    )
    if (event.originals && event.originals.length > 0) subjects.keep(seq, event.originals)
    appended.push({
      seq,
      id,
      event: payload === event.payload ? event : { ...event, payload },
      recordedAt,
      leafHash: hash,
    })
  }
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

const knownKeys = (sql: SqlStorage, events: AuditInput[]): Set<string> => {
  const keys = JSON.stringify(events.map((event) => event.key))
  const rows = sql.exec<{ key: string }>('SELECT key FROM events WHERE key IN (SELECT value FROM json_each(?))', keys)
  const known = new Set(rows.toArray().map((row) => row.key))
  for (const key of leftWindow(
    sql,
    events.flatMap(({ key }) => (known.has(key) ? [] : [key])),
  ))
    known.add(key)
  return known
}

const Row = z.object({
  seq: z.number(),
  id: z.string(),
  type: AuditEventType,
  at: z.number(),
  recorded_at: z.number(),
  actor_kind: z.enum(actorKinds),
  actor_id: z.string(),
  agent_id: z.string().nullable(),
  connector_id: z.string().nullable(),
  target: z.string().nullable(),
  risk: z.number().int().min(0).max(3),
  trace_id: z.string().nullable(),
  leaf_hash: z.instanceof(ArrayBuffer),
  /** Null when it has been erased. */
  payload: z.string().nullable(),
})

/** A row of the table as its readers see it. */
export const entryOf = (stored: unknown): AuditEntry => {
  const row = Row.parse(stored)
  return {
    seq: row.seq,
    id: row.id,
    type: row.type,
    at: iso(row.at),
    recordedAt: iso(row.recorded_at),
    actor: { kind: row.actor_kind, id: row.actor_id },
    agentId: row.agent_id,
    connectorId: row.connector_id,
    target: row.target,
    risk: riskAt(row.risk),
    traceId: row.trace_id,
    payload: z.record(z.string(), z.unknown()).parse(JSON.parse(row.payload ?? '{}')),
    ...(row.payload === null && { isErased: true }),
    leafHash: hex(new Uint8Array(row.leaf_hash)),
  }
}

const riskAt = (level: number): Risk => risks[level] ?? 'critical'
