import { env, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { formatCheckpoint, parseCheckpoint } from '../../../tlog/checkpoint.ts'
import { verifyExport } from '../../../tlog/export/verify.ts'
import { leafHash } from '../../../tlog/hash.ts'
import { rootOf } from '../../../tlog/merkle.ts'
import { parseNote, parseVerifierKey, verifyNote } from '../../../tlog/note.ts'
import { parseProofFile } from '../../../tlog/proof-file.ts'
import { drainAudit } from '../../../worker/features/audit/drain.ts'
import { recordStatement } from '../../../worker/features/audit/record.ts'
import { takeApart } from '../../support/apart.ts'
import { anEvent } from '../../support/audit-events.ts'
import { call, codeOf } from '../../support/call.ts'
import { spoils } from '../../support/every-log.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const aLogOf = async (count: number) => {
  const { ctx, authorization } = await anOrganization()
  const headers = await authorization()
  for (let index = 0; index < count; index++)
    await ctx.db.batch([recordStatement(ctx, 'organization.renamed', { name: `${index}` })])
  await drainAudit(ctx, ctx.organizationId)
  return { ctx, get: (path: string) => call(`/api/v1/audit/${path}`, { headers }) }
}

describe('an outsider with nothing but the addresses', () => {
  test('checks signature, root, every leaf and one file of evidence', async () => {
    const { get } = await aLogOf(5)
    const size = 5
    await get(`proofs/inclusion?seq=${size}`)
    const answer = await get('log/checkpoint')
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    const note = parseNote(await answer.text())
    const checkpoint = note && parseCheckpoint(note.text)
    const key = parseVerifierKey(await (await get('log/vkey')).text())
    if (!note || !checkpoint || !key) throw new Error('no checkpoint')
    expect(checkpoint.size).toBe(size)
    expect(await verifyNote(note, key)).toBe(true)
    expect(formatCheckpoint(checkpoint)).toBe(note.text)

    const hashes = new Uint8Array(await (await get(`log/tile/0/000.p/${size}`)).arrayBuffer())
    expect(rootOf((_level, _n, width) => hashes.slice(0, width * 32), size)).toEqual(checkpoint.root)
    const bundle = new Uint8Array(await (await get(`log/tile/entries/000.p/${size}`)).arrayBuffer())
    let at = 0
    for (let index = 0; index < size; index++) {
      const length = new DataView(bundle.buffer).getUint16(at)
      expect(leafHash(bundle.slice(at + 2, at + 2 + length))).toEqual(hashes.slice(32 * index, 32 * index + 32))
      at += 2 + length
    }

    const evidence = await get('events/2/evidence')
    expect(evidence.headers.get('content-disposition')).toContain('event-2.tlog-proof')
    expect(parseProofFile(await evidence.text())?.index).toBe(1)
  })
})

test('an export verifies, and holds exactly what its checkpoint covers', async () => {
  const { ctx, get } = await aLogOf(3)
  await auditLog(env, ctx.organizationId).append(Array.from({ length: 1_200 }, () => anEvent()))
  const answer = await get('export')
  expect(answer.headers.get('content-type')).toBe('application/x-ndjson')
  const lines = (await answer.text()).split('\n')
  const each = async function* () {
    yield* lines
  }
  const trusted = parseVerifierKey(await (await get('log/vkey')).text())
  const report = await verifyExport(each(), { trusted: trusted ? [trusted] : [] })
  expect(report).toMatchObject({ ok: true, faults: [], events: 1_203, size: 1_203 })
})

describe('an export shows', () => {
  const tampered: [what: string, statement: string, faults: string[]][] = [
    [
      'a payload that was changed in the database',
      `UPDATE segments SET payloads = '{"name":"else"}' WHERE first = 2`,
      ['commitment'],
    ],
    [
      'a leaf that was changed in the database',
      `UPDATE segments SET leaves = replace(leaves, '"v":1', '"v":2') WHERE first = 2`,
      ['hash', 'root'],
    ],
    ['an event that was taken out of the middle', 'DELETE FROM segments WHERE first = 2', ['gap', 'leaf', 'size']],
    ['an end that was cut off', 'DELETE FROM segments WHERE first > 3', ['size']],
  ]
  test.each(tampered)('%s', async (_what, statement, faults) => {
    const { ctx, get } = await aLogOf(4)
    await get('proofs/inclusion?seq=4')
    spoils(ctx.organizationId)
    await takeApart(ctx.organizationId)
    const object = env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(ctx.organizationId))
    await runInDurableObject(object, (_: AuditLog, state) => void state.storage.sql.exec(statement))
    const lines = (await (await get('export')).text()).split('\n')
    const each = async function* () {
      yield* lines
    }
    const report = await verifyExport(each(), { trusted: [] })
    expect([...new Set(report.faults.map(({ kind }) => kind))].sort()).toEqual(faults)
  })
})

test('what the log does not have is a 404, what is no question a 422', async () => {
  const { get } = await aLogOf(2)
  await get('log/checkpoint')
  for (const path of [
    'log/tile/0/000',
    'log/tile/0/001.p/1',
    'log/tile/1/000.p/1',
    'log/tile/0/0',
    'log/tile/x',
    'events/9/evidence',
    'proofs/inclusion?seq=9',
    'proofs/inclusion?seq=2&size=1',
    'proofs/consistency?from=2&to=1',
    'proofs/consistency?from=9',
  ]) {
    const answer = await get(path)
    expect([path, answer.status, await codeOf(answer)]).toEqual([path, 404, 'not_found'])
  }
  for (const path of [
    'proofs/inclusion',
    'proofs/inclusion?seq=0',
    'proofs/inclusion?seq=x',
    'proofs/consistency?from=1&to=2&more=1',
    'events/-1/evidence',
  ])
    expect([path, (await get(path)).status]).toEqual([path, 422])
})

test('only those who may read the audit see the log, and everyone only their own', async () => {
  const [first, second] = [await aLogOf(1), await aLogOf(1)]
  const viewer = await aMember(first.ctx.organizationId, 'viewer')
  for (const path of [
    'log',
    'log/checkpoint',
    'log/vkey',
    'log/tile/0/000.p/1',
    'proofs/inclusion?seq=1',
    'proofs/consistency?from=1',
    'events/1/evidence',
    'export',
  ]) {
    expect([path, (await call(`/api/v1/audit/${path}`)).status]).toEqual([path, 401])
    expect([path, (await call(`/api/v1/audit/${path}`, { headers: await viewer.authorization() })).status]).toEqual([
      path,
      403,
    ])
  }
  const [one, other] = await Promise.all([first.get('log/checkpoint'), second.get('log/checkpoint')])
  expect(parseNote(await one.text())?.signatures[0]?.name).toContain(first.ctx.organizationId)
  expect(parseNote(await other.text())?.signatures[0]?.name).toContain(second.ctx.organizationId)
})
