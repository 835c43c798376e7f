import { env, runInDurableObject } from 'cloudflare:test'
import { createHash, createHmac, createPublicKey, verify } from 'node:crypto'
import { expect } from 'vitest'
import type { AuditLog } from '../../durable-objects/audit-log/audit-log.ts'
import type { ProvenEvent } from '../../durable-objects/audit-log/rpc.ts'
import { auditLog } from '../../durable-objects/audit-log/stub.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { drainAudit } from '../../worker/features/audit/drain.ts'
import { backgroundContext } from '../../worker/platform/context.ts'

interface Stored {
  seq: number
  key: string
  leaf: string
  leaf_hash: ArrayBuffer
  payload: string | null
  salt: ArrayBuffer | null
}

interface Segment extends Record<string, SqlStorageValue> {
  first: number
  last: number
  leaves: string
  hashes: ArrayBuffer
  payloads: string
  salts: ArrayBuffer
  keys: string
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
    if (!page.more)
      return [...(await archivedEntries(organizationId, page.archivedBefore, entries)), ...entries].sort(
        (a, b) => a.seq - b.seq,
      )
  }
}

/** What has left the window and no page shows, as a reader finds it who asks for its number. */
const archivedEntries = async (organizationId: string, before: number | null, shown: AuditEntry[]) => {
  const log = auditLog(env, organizationId)
  const known = new Set(shown.map(({ seq }) => seq))
  const entries: AuditEntry[] = []
  for (const { seq, leaf, hash, payload } of before === null ? [] : await provenBefore(organizationId, before)) {
    if (known.has(seq)) continue
    const { ts, actor, agent, connector, trace, pl: _, v: _v, ...facts } = JSON.parse(leaf)
    entries.push(
      AuditEntry.parse({
        ...facts,
        at: new Date(facts.at).toISOString(),
        recordedAt: new Date(ts).toISOString(),
        actor,
        agentId: agent,
        connectorId: connector,
        traceId: trace,
        payload: JSON.parse(payload ?? '{}'),
        ...(payload === null && { isErased: true }),
        leafHash: hash,
      }),
    )
    if (seq % 100 === 1) expect(await log.event(seq)).toEqual(entries.at(-1))
  }
  return entries
}

const provenBefore = async (organizationId: string, before: number) => {
  const events: ProvenEvent[] = []
  while (events.length + 1 < before)
    events.push(...(await auditLog(env, organizationId).proven(events.length, before - 1 - events.length)))
  return events
}

/** Rows of the object, and of the archive what the object has no more. */
const storedRows = async (organizationId: string): Promise<Stored[]> => {
  const inWindow = await runInDurableObject(auditObject(organizationId), (_: AuditLog, { storage: { sql } }) => {
    const rows = sql.exec<Segment>('SELECT * FROM segments ORDER BY first').toArray().flatMap(storedOf)
    const keys = sql.exec<{ key: string }>('SELECT key FROM event_keys').toArray()
    const told = rows.flatMap(({ key }) => key ?? [])
    expect(told.sort()).toEqual(keys.map(({ key }) => key).sort())
    return rows.map(({ key, ...row }) => ({ ...row, key: key ?? `restored:${row.seq}` }))
  })
  const { trimmedThrough } = (await auditLog(env, organizationId).keeping()).archive
  const known = new Set(inWindow.map(({ seq }) => seq))
  const archived = (await provenBefore(organizationId, trimmedThrough + 1)).filter(({ seq }) => !known.has(seq))
  return [
    ...archived.map(({ seq, leaf, hash, payload, salt }) => ({
      seq,
      key: `archived:${seq}`,
      leaf,
      leaf_hash: arrayBufferOf(Buffer.from(hash, 'hex')),
      payload,
      salt: salt === null ? null : arrayBufferOf(Buffer.from(salt, 'base64')),
    })),
    ...inWindow,
  ].sort((a, b) => a.seq - b.seq)
}

/** A segment: so many lines and hashes as it has events, all within one tile. */
const storedOf = (row: Segment): (Omit<Stored, 'key'> & { key: string | null })[] => {
  const [leaves, payloads, keys] = [row.leaves.split('\n'), row.payloads.split('\n'), JSON.parse(row.keys)]
  const count = row.last - row.first + 1
  expect([leaves.length, payloads.length, row.hashes.byteLength, row.salts.byteLength]).toEqual(
    [1, 1, 32, 32].map((each) => each * count),
  )
  expect([0, count]).toContain(keys.length)
  expect(Math.floor((row.first - 1) / 256)).toBe(Math.floor((row.last - 1) / 256))
  return leaves.map((leaf, n) => ({
    seq: row.first + n,
    key: keys[n] ?? null,
    leaf,
    leaf_hash: row.hashes.slice(32 * n, 32 * n + 32),
    payload: payloads[n] || null,
    salt: payloads[n] ? row.salts.slice(32 * n, 32 * n + 32) : null,
  }))
}

const arrayBufferOf = (bytes: Uint8Array): ArrayBuffer => new Uint8Array(bytes).buffer

/** Entry bundles and hash tiles in the bucket, by the specification alone; and no secret in any file of it. */
const checkArchive = async (organizationId: string, rows: Stored[], secrets: string[]): Promise<void> => {
  const { archivedThrough } = (await auditLog(env, organizationId).keeping()).archive
  const { objects } = await env.ARCHIVE.list({ prefix: `${organizationId}/` })
  for (const { key } of objects) {
    const bytes = Buffer.from((await (await env.ARCHIVE.get(key))?.arrayBuffer()) ?? new ArrayBuffer())
    for (const secret of secrets) expect(bytes.includes(secret)).toBe(false)
    const [, kind, number] = /\/tile\/(entries|0)\/(\d{3})$/.exec(key) ?? []
    if (kind === undefined) continue
    const tile = rows.slice(256 * Number(number), 256 * Number(number) + 256)
    expect(tile).toHaveLength(256)
    const expected = tile.map(({ leaf, leaf_hash }) => {
      const text = Buffer.from(leaf)
      return kind === '0'
        ? Buffer.from(leaf_hash)
        : Buffer.concat([Buffer.of(text.length >> 8, text.length & 255), text])
    })
    expect(bytes.equals(Buffer.concat(expected))).toBe(true)
  }
  expect(objects.filter(({ key }) => key.includes('/tile/entries/')).length).toBeGreaterThanOrEqual(
    archivedThrough / 256,
  )
}

/**
 * The oracle of every audit test: reads the whole sequence of an organization again and derives it anew, without any code
 * of the log itself. Numbers have no gap, keys are single, leaves are canonical and say what the entries say, hashes are
 * RFC 6962, commitments open with the stored salt, and the newest checkpoint is signed over exactly this tree. What has left the window is read
 * from the archive, whose files are checked too. None of the given secrets stands anywhere. Answers the entries.
 */
export const checkAuditLog = async (organizationId: string, secrets: string[] = []): Promise<AuditEntry[]> => {
  const log = auditLog(env, organizationId)
  for (;;) {
    const head = await log.head()
    const entries = await readSequence(organizationId)
    try {
      await checkEntries(organizationId, entries, secrets)
      return entries
    } catch (fault) {
      // What is appended while the parts are read one after the other makes them differ: then all of it is read again.
      if ((await log.head()) === head) throw fault
    }
  }
}

const checkEntries = async (organizationId: string, entries: AuditEntry[], secrets: string[]): Promise<void> => {
  const rows = await storedRows(organizationId)
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
  await checkArchive(organizationId, rows, secrets)
  if (rows.length > 0) await checkCheckpoint(organizationId, rows)
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
  const { witnesses } = await log.witnesses()
  const known = [...keys, ...witnesses].map(({ vkey }) => vkey)
  for (const line of lines) {
    const [, name, encoded = ''] = line.split(' ')
    const bytes = Buffer.from(encoded, 'base64')
    const vkey = known.find((key) => key.startsWith(`${name}+${bytes.subarray(0, 4).toString('hex')}+`)) ?? ''
    const typed = Buffer.from(vkey.split('+').slice(2).join('+'), 'base64')
    const x = typed.subarray(1).toString('base64url')
    const publicKey = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
    const isCosignature = typed[0] === 4
    const message = isCosignature ? `cosignature/v1\ntime ${bytes.readBigUInt64BE(4)}\n${text}` : text
    expect(isCosignature || name === origin).toBe(true)
    expect(verify(null, Buffer.from(message), publicKey, bytes.subarray(isCosignature ? 12 : 4))).toBe(true)
  }
  expect(lines.some((line) => line.startsWith(`— ${origin} `))).toBe(true)
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
