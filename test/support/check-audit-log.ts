import { env, runInDurableObject } from 'cloudflare:test'
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import { expect } from 'vitest'
import type { AuditLog } from '../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../durable-objects/audit-log/stub.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { drainAudit } from '../../worker/features/audit/drain.ts'
import { backgroundContext } from '../../worker/platform/context.ts'

interface Stored extends Record<string, SqlStorageValue> {
  seq: number
  key: string
  leaf: string
  leaf_hash: ArrayBuffer
  payload: string | null
  salt: ArrayBuffer | null
}

const auditObject = (organizationId: string) => env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId))

/** The whole sequence as its readers see it, oldest first: all that had committed by now is in it. */
export const readSequence = async (organizationId: string): Promise<AuditEntry[]> => {
  await drainAudit(
    backgroundContext(env, (work) => void work),
    organizationId,
  )
  const entries: AuditEntry[] = []
  for (;;) {
    const beyond = entries.at(-1)?.seq ?? null
    const page = await auditLog(env, organizationId).page({ filter: {}, order: 'oldest', limit: 97, beyond })
    entries.push(...page.entries.map((entry) => AuditEntry.parse(entry)))
    if (!page.more) return entries
  }
}

/**
 * The oracle of every audit test: reads the whole sequence of an organization again and derives it anew, without any code
 * of the log itself. Numbers have no gap, keys are single, leaves are canonical and say what the entries say, hashes are
 * RFC 6962, commitments open with the stored salt, and the newest checkpoint is signed over exactly this tree. None of the given secrets stands anywhere. Answers the entries.
 */
export const checkAuditLog = async (organizationId: string, secrets: string[] = []): Promise<AuditEntry[]> => {
  const entries = await readSequence(organizationId)
  const rows = await runInDurableObject(auditObject(organizationId), (_: AuditLog, state) =>
    state.storage.sql
      .exec<Stored>('SELECT seq, key, leaf, leaf_hash, payload, salt FROM events ORDER BY seq')
      .toArray(),
  )
  expect(entries.map((entry) => entry.seq)).toEqual(entries.map((_, index) => index + 1))
  expect(rows.length).toBe(entries.length)
  expect(new Set(rows.map((row) => row.key)).size).toBe(rows.length)
  expect(new Set(entries.map((entry) => entry.id)).size).toBe(entries.length)
  for (const [index, row] of rows.entries()) {
    const entry = entries[index]
    if (!entry) throw new Error('a row that no page shows')
    expect(row.salt?.byteLength).toBe(entry.isErased ? undefined : 32)
    expect(row.payload).toBe(entry.isErased ? null : inOrder(entry.payload))
    const commit = commitOf(row)
    expect(row.leaf).toBe(inOrder(leafOf(entry, commit)))
    expect(hex(row.leaf_hash)).toBe(createHash('sha256').update('\0').update(row.leaf).digest('hex'))
    expect(entry.leafHash).toBe(hex(row.leaf_hash))
    for (const secret of secrets) expect(`${row.leaf}${row.payload}`).not.toContain(secret)
  }
  if (rows.length > 0) await checkCheckpoint(organizationId, rows)
  return entries
}

/** The newest checkpoint, by the specifications alone: its text, its root over these leaves, its signatures. */
const checkCheckpoint = async (organizationId: string, rows: Stored[]): Promise<void> => {
  const log = auditLog(env, organizationId)
  await log.inclusion(rows.length, null)
  const { checkpoint, keys, size } = await log.state()
  expect(size).toBe(rows.length)
  const [text = '', signatures = ''] = (checkpoint ?? '').split(/(?<=\n)\n/)
  const [origin, count, root, ...rest] = text.split('\n')
  expect(rest).toEqual([''])
  expect(count).toBe(String(size))
  expect(root).toBe(rootOf(rows.map((row) => Buffer.from(row.leaf_hash))).toString('base64'))
  const lines = signatures.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(0)
  for (const line of lines) {
    const [, name, encoded = ''] = line.split(' ')
    const signature = Buffer.from(encoded, 'base64')
    const vkey = keys.find((key) => key.vkey.startsWith(`${name}+${signature.subarray(0, 4).toString('hex')}+`))?.vkey
    const raw = Buffer.from(vkey?.split('+').slice(2).join('+') ?? '', 'base64').subarray(1)
    const publicKey = createPublicKey({
      key: { kty: 'OKP', crv: 'Ed25519', x: raw.toString('base64url') },
      format: 'jwk',
    })
    expect(name).toBe(origin)
    expect(verify(null, Buffer.from(text), publicKey, signature.subarray(4))).toBe(true)
  }
}

/** RFC 6962 §2.1 as it is written. */
const rootOf = (leaves: Buffer[]): Buffer => {
  const [only] = leaves
  if (leaves.length === 1 && only) return only
  let split = 1
  while (split * 2 < leaves.length) split *= 2
  const [left, right] = [rootOf(leaves.slice(0, split)), rootOf(leaves.slice(split))]
  return createHash('sha256')
    .update(Buffer.concat([Buffer.of(1), left, right]))
    .digest()
}

/** What the leaf has to commit to; of an erased event nobody can know, and the leaf's own word stands. */
const commitOf = ({ leaf, payload, salt }: Stored): string => {
  if (payload === null || salt === null) return JSON.parse(leaf).pl.commit
  return createHmac('sha256', new Uint8Array(salt)).update(payload).digest('base64url')
}

const leafOf = (entry: AuditEntry, commit: string) => ({
  v: 1,
  seq: entry.seq,
  id: entry.id,
  type: entry.type,
  at: Date.parse(entry.at),
  ts: Date.parse(entry.recordedAt),
  actor: { kind: entry.actor.kind, id: entry.actor.id },
  agent: entry.agentId,
  connector: entry.connectorId,
  target: entry.target,
  risk: entry.risk,
  trace: entry.traceId,
  pl: { alg: 'HMAC-SHA-256', commit },
})

/** RFC 8785 for what our events hold: keys sorted by code unit, no blanks. */
const inOrder = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}:${inOrder(field)}`).join()}}`
}

const hex = (bytes: ArrayBuffer): string => Buffer.from(bytes).toString('hex')
