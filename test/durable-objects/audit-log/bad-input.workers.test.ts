import { env, evictDurableObject } from 'cloudflare:test'
import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { payloadBytesMax } from '../../../durable-objects/audit-log/bound-payload.ts'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { drainAudit } from '../../../worker/features/audit/drain.ts'
import { recordStatement } from '../../../worker/features/audit/record.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { toCursor } from '../../../worker/platform/page.ts'
import { anEvent } from '../../support/audit-events.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { touches } from '../../support/every-log.ts'
import { anOrganization } from '../../support/organizations.ts'

const path = '/api/v1/audit'
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

describe('a payload that is too long', () => {
  test('is kept by its digest, its length and its head; the event keeps its short fields and its place', async () => {
    const organizationId = touches(newId('org'))
    const log = auditLog(env, organizationId)
    const output = '构建 '.repeat(30_000)
    const payload = { output, runId: 'run-1', ok: true }
    const { appended } = await log.append([
      anEvent({ type: 'tool.ended', payload: { before: 1 } }),
      anEvent({ type: 'tool.ended', payload }),
      anEvent({ type: 'tool.ended', payload: { after: 1 } }),
    ])
    expect(appended).toBe(3)
    const [, cut] = await checkAuditLog(organizationId)
    const whole = JSON.stringify({ ok: true, output, runId: 'run-1' })
    expect(cut?.payload).toEqual({
      ok: true,
      runId: 'run-1',
      cutPayload: { sha256: sha256(whole), bytes: Buffer.byteLength(whole), head: whole.slice(0, 4_096) },
    })
    const found = await log.page({ filter: { keyword: '构建' }, order: 'newest', limit: 5, beyond: null })
    expect(found.entries.map(({ seq }) => seq)).toEqual([2])
  })

  test('at the limit it is whole, and one byte more is cut', async () => {
    const organizationId = touches(newId('org'))
    const room = payloadBytesMax - JSON.stringify({ text: '' }).length
    const wide = '漢'.repeat(Math.floor(room / 3)).concat('x'.repeat(room % 3))
    const texts = ['x'.repeat(room), `${'x'.repeat(room)}x`, wide, `${wide}x`]
    await auditLog(env, organizationId).append(texts.map((text) => anEvent({ payload: { text } })))
    const [whole, cut, wideWhole, wideCut] = await checkAuditLog(organizationId)
    expect([whole?.payload, wideWhole?.payload]).toEqual([{ text: texts[0] }, { text: wide }])
    for (const each of [cut, wideCut])
      expect(each?.payload).toMatchObject({ cutPayload: { bytes: payloadBytesMax + 1 } })
  })

  test('of fields without number the first are kept, and half a character is none', async () => {
    const organizationId = touches(newId('org'))
    const many = Object.fromEntries(Array.from({ length: 20_000 }, (_, index) => [`field-${index}`, index]))
    const halves = { text: `${'y'.repeat(4_086)}😀`.repeat(20) }
    await auditLog(env, organizationId).append([anEvent({ payload: many }), anEvent({ payload: halves })])
    const [first, second] = await checkAuditLog(organizationId)
    expect(Object.keys(first?.payload ?? {}).length).toBe(33)
    expect(JSON.stringify(second?.payload)).not.toMatch(/\\ud[89ab]/)
  })

  test('is masked before it is cut, and holds back nothing that waits behind it', async () => {
    const owner = await anOrganization()
    const secret = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`
    const name = `token ${secret} ${'z'.repeat(100_000)}`
    await owner.ctx.db.batch([
      recordStatement(owner.ctx, 'organization.renamed', { name }),
      recordStatement(owner.ctx, 'organization.renamed', { name: 'behind it' }),
    ])
    await drainAudit(owner.ctx, owner.organizationId)
    const [cut, behind] = await checkAuditLog(owner.organizationId, [secret])
    expect(cut?.payload).toMatchObject({ cutPayload: { head: expect.stringContaining('{"name":"token ‹') } })
    expect(behind?.payload).toEqual({ name: 'behind it' })
  })
})

describe('a clock that runs backwards', () => {
  afterEach(() => {
    vi.useRealTimers()
  })
  const day = 86_400_000
  const now = Date.parse('2026-06-15T12:00:00.000Z')

  test('changes no order: the sequence decides, and both times are shown as they were received', async () => {
    vi.useFakeTimers({ toFake: ['Date'] })
    const organizationId = touches(newId('org'))
    const log = auditLog(env, organizationId)
    const moments = [now, now - 2 * day, now - 40 * day, now + day]
    for (const moment of moments) {
      vi.setSystemTime(moment)
      await log.append([anEvent({ at: moment })])
      await log.freshCheckpoint()
    }
    await evictDurableObject(env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)))
    vi.setSystemTime(now - 3 * day)
    await log.append([anEvent({ at: now })])
    const entries = await checkAuditLog(organizationId)
    expect(entries.map(({ seq, at, recordedAt }) => [seq, Date.parse(at), Date.parse(recordedAt)])).toEqual([
      ...moments.map((moment, index) => [index + 1, moment, moment]),
      [5, now, now - 3 * day],
    ])
    const newest = await log.page({ filter: {}, order: 'newest', limit: 10, beyond: null })
    expect(newest.entries.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1])
    const found = async (from: number, to: number) => {
      const filter = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
      const page = await log.page({ filter, order: 'oldest', limit: 10, beyond: null })
      expect(await log.count(filter)).toEqual({ count: page.entries.length, isExact: true })
      return page.entries.map(({ seq }) => seq)
    }
    expect(await found(now, now + 1)).toEqual([1, 5])
    expect(await found(now - 3 * day, now)).toEqual([2])
    expect(await found(now - 60 * day, now - 30 * day)).toEqual([3])
    expect(await found(now - 60 * day, now + 2 * day)).toEqual([1, 2, 3, 4, 5])
  })
})

describe('what cannot be', () => {
  test('a range that ends before it begins, a cursor that is mangled and a filter that is none are refused', async () => {
    const headers = await (await anOrganization()).authorization()
    const wrong = [
      'from=2026-02-02T00:00:00Z&to=2026-02-01T00:00:00Z',
      'from=2026-02-01T00:00:00Z&to=2026-02-01T00:00:00Z',
      'from=2026-02-30T00:00:00Z',
      'to=2026-01-01',
      'keyword=%21%21',
      `keyword=${'x'.repeat(201)}`,
      'risk=',
      'type=approval..%2C%2C',
      `cursor=${toCursor(1.5)}`,
      `cursor=${toCursor({ seq: 1 })}`,
      `cursor=${toCursor(2 ** 60)}`,
      `cursor=${toCursor(5)}x%00`,
      `cursor=${'A'.repeat(513)}`,
      'limit=1e9',
    ]
    for (const query of wrong)
      expect([query, (await call(`${path}/events?${query}`, { headers })).status]).toEqual([query, 422])
  })

  test('a cursor of others, or of another filter, shows nothing that is not one’s own and leaves out nothing that is', async () => {
    const [mine, other] = [await anOrganization(), await anOrganization()]
    await auditLog(env, mine.organizationId).append(
      Array.from({ length: 6 }, (_, n) => anEvent({ risk: n % 2 ? 'high' : 'low' })),
    )
    await auditLog(env, other.organizationId).append(Array.from({ length: 9 }, () => anEvent()))
    const page = async (of: typeof mine, query: string) => {
      const answer = await call(`${path}/events?${query}`, { headers: await of.authorization() })
      return answer.json<{ items: { seq: number; id: string }[]; nextCursor: string }>()
    }
    const ofOther = await page(other, 'limit=4')
    const own = new Set((await page(mine, 'limit=200')).items.map(({ id }) => id))
    const shown = await page(mine, `cursor=${ofOther.nextCursor}`)
    expect(shown.items.every(({ id }) => own.has(id))).toBe(true)
    expect(shown.items.map(({ seq }) => seq)).toEqual([5, 4, 3, 2, 1])
    const ofAll = await page(mine, 'limit=2')
    expect((await page(mine, `risk=high&cursor=${ofAll.nextCursor}`)).items.map(({ seq }) => seq)).toEqual([4, 2])
    await checkAuditLog(mine.organizationId)
    await checkAuditLog(other.organizationId)
  })

  test('tiles outside of the tree, and coordinates that are none, are not found', async () => {
    const owner = await anOrganization()
    await auditLog(env, owner.organizationId).append(Array.from({ length: 300 }, () => anEvent()))
    await checkAuditLog(owner.organizationId)
    const headers = await owner.authorization()
    const get = async (tile: string) => (await call(`${path}/log/tile/${tile}`, { headers })).status
    for (const tile of ['0/000', '0/001.p/44', '1/000.p/1', 'entries/000', 'entries/001.p/44'])
      expect([tile, await get(tile)]).toEqual([tile, 200])
    for (const tile of [
      '0/001',
      '0/001.p/45',
      '0/001.p/0',
      '0/000.p/256',
      '0/002.p/1',
      '1/000',
      '1/000.p/2',
      '2/000.p/1',
      '63/000.p/1',
      '64/000',
      '-1/000',
      '0/x999/x999/x999/999',
      '0/1000',
      '0/0x1',
      'entries/001.p/45',
      'entries/x001/000',
      '0/000/',
      '0/..%2f000',
      '',
    ])
      expect([tile, await get(tile)]).toEqual([tile, 404])
  })
})
