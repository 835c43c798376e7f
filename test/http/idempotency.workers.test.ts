import { env, SELF } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { CreatedApiKey } from '../../worker/features/api-keys/contract.ts'
import { Connector, CreatedConnector } from '../../worker/features/connectors/contract.ts'
import { idempotencyKeys as keys, sweepIdempotencyKeys } from '../../worker/features/idempotency/index.ts'
import { idempotencyKeys } from '../../worker/features/idempotency/schema.ts'
import { Page } from '../../worker/platform/contract.ts'
import { databaseOf } from '../../worker/platform/db.ts'
import { newId } from '../../worker/platform/ids.ts'
import { call, codeOf, origin, post } from '../support/call.ts'
import { checkAuditLog } from '../support/check-audit-log.ts'
import { aMember, anOrganization, type Person } from '../support/organizations.ts'

const create = async (person: Person, key: string, name = 'Gateway') =>
  post('/api/v1/connectors', { name }, { ...(await person.authorization()), 'idempotency-key': key })
const connectorsOf = async (person: Person) =>
  Page(Connector).parse(await (await call('/api/v1/connectors', { headers: await person.authorization() })).json())
    .items
const rowsOf = (person: Person) =>
  databaseOf(env).select().from(idempotencyKeys).where(eq(idempotencyKeys.organizationId, person.organizationId))
const tokenOf = async (answer: Response) => CreatedConnector.parse(await answer.json()).token

describe('a write with a key', () => {
  test('sent again is not done again, and answered as the first time, token and all', async () => {
    const owner = await anOrganization()
    const [first, again] = [await create(owner, 'one'), await create(owner, 'one')]
    expect([first.status, again.status]).toEqual([201, 201])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(first.headers.get('idempotency-replayed')).toBe(null)
    expect(again.headers.get('content-type')).toBe(first.headers.get('content-type'))
    expect(again.headers.get('x-request-id')).not.toBe(first.headers.get('x-request-id'))
    const token = await tokenOf(first)
    expect(await tokenOf(again)).toBe(token)
    expect(await connectorsOf(owner)).toHaveLength(1)
    expect(await checkAuditLog(owner.organizationId, [token])).toHaveLength(1)
    const [row] = await rowsOf(owner)
    expect(row?.answer).not.toContain(token)
    expect(row?.answer).not.toContain('Gateway')
  })

  test('sent by ten at once is done once', async () => {
    const owner = await anOrganization()
    const answers = await Promise.all(Array.from({ length: 10 }, () => create(owner, 'race')))
    for (const answer of answers) {
      expect([201, 409]).toContain(answer.status)
      if (answer.status === 409) expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
    }
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThan(0)
    expect(await connectorsOf(owner)).toHaveLength(1)
    expect((await create(owner, 'race')).status).toBe(201)
  })

  test('is another one in another organization, for another person, and with fewer abilities', async () => {
    const [owner, stranger] = [await anOrganization(), await anOrganization()]
    const admin = await aMember(owner.organizationId, 'admin')
    await create(owner, 'same')
    await create(stranger, 'same')
    await create(admin, 'same')
    const lesser = await post(
      '/api/v1/connectors',
      { name: 'Gateway' },
      { ...(await owner.authorization('viewer')), 'idempotency-key': 'same' },
    )
    expect(lesser.status).toBe(403)
    expect(await connectorsOf(stranger)).toHaveLength(1)
    expect(await connectorsOf(owner)).toHaveLength(2)
  })

  test('for another body, path or method is refused, and changes nothing', async () => {
    const owner = await anOrganization()
    const [first] = [await create(owner, 'one')]
    const { id } = CreatedConnector.parse(await first.json()).connector
    const headers = { ...(await owner.authorization()), 'idempotency-key': 'one' }
    const answers = [
      await create(owner, 'one', 'Other'),
      await post(`/api/v1/connectors/${id}/pause`, undefined, headers),
      await call(`/api/v1/connectors/${id}`, { method: 'DELETE', headers }),
    ]
    for (const answer of answers) expect([answer.status, await codeOf(answer)]).toEqual([422, 'idempotency_conflict'])
    expect(await connectorsOf(owner)).toMatchObject([{ id, name: 'Gateway', state: 'created' }])
  })

  test('that was refused is refused again in the same words, also when it would succeed by now', async () => {
    const owner = await anOrganization()
    const headers = { ...(await owner.authorization()), 'idempotency-key': 'gone' }
    const path = `/api/v1/connectors/${newId('con')}`
    const [first, again] = [
      await call(path, { method: 'DELETE', headers }),
      await call(path, { method: 'DELETE', headers }),
    ]
    expect([first.status, again.status]).toEqual([404, 404])
    expect(again.headers.get('idempotency-replayed')).toBe('true')
    expect(await again.text()).toBe(await first.text())
  })

  test('without a body is answered without one', async () => {
    const owner = await anOrganization()
    const { id } = CreatedConnector.parse(await (await create(owner, 'one')).json()).connector
    const headers = { ...(await owner.authorization()), 'idempotency-key': 'delete' }
    for (const replayed of [null, 'true']) {
      const answer = await call(`/api/v1/connectors/${id}`, { method: 'DELETE', headers })
      expect([answer.status, await answer.text(), answer.headers.get('idempotency-replayed')]).toEqual([
        204,
        '',
        replayed,
      ])
    }
  })

  test('that failed by our own fault is done when it is sent again', async () => {
    const owner = await anOrganization()
    await env.DB.prepare(
      `CREATE TRIGGER no_keys BEFORE INSERT ON api_keys WHEN new.organization_id = '${owner.organizationId}' BEGIN SELECT raise(abort, 'disk full'); END`,
    ).run()
    const make = async () =>
      SELF.fetch(`${origin}/api/v1/api-keys`, {
        method: 'POST',
        headers: { ...(await owner.authorization()), 'idempotency-key': 'one', 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'CI', scopes: ['agents.read'] }),
      })
    expect((await make()).status).toBe(500)
    expect(await rowsOf(owner)).toEqual([])
    await env.DB.prepare('DROP TRIGGER no_keys').run()
    const answer = await make()
    expect(answer.status).toBe(201)
    CreatedApiKey.parse(await answer.json())
  })

  test.each([['x'.repeat(256)], ['with blank']])('of a wrong form is refused', async (key) => {
    const owner = await anOrganization()
    const answer = await create(owner, key)
    expect([answer.status, await codeOf(answer)]).toEqual([422, 'invalid'])
    expect(await connectorsOf(owner)).toEqual([])
  })

  test('without a caller is 401, and leaves no key', async () => {
    const answer = await post('/api/v1/connectors', { name: 'Gateway' }, { 'idempotency-key': 'anonymous' })
    expect(answer.status).toBe(401)
    const kept = await databaseOf(env).select().from(idempotencyKeys).where(eq(idempotencyKeys.key, 'anonymous'))
    expect(kept).toEqual([])
  })
})

describe('a claim', () => {
  const use = { caller: 'member:usr_1:0', key: 'k', requestDigest: 'd' }
  const at = (person: Person, ms: number) => ({ ...person.ctx, now: () => new Date(Date.now() + ms) })

  test('that was never answered lets go after a minute, to the same request alone', async () => {
    const owner = await anOrganization()
    const first = await keys.claim(owner.ctx, use)
    expect(first.outcome).toBe('first')
    expect((await keys.claim(at(owner, 59_000), use)).outcome).toBe('running')
    expect((await keys.claim(at(owner, 61_000), { ...use, requestDigest: 'other' })).outcome).toBe('other_request')
    const second = await keys.claim(at(owner, 61_000), use)
    expect(second.outcome).toBe('first')
    if (first.outcome !== 'first' || second.outcome !== 'first') throw new Error('both had it')
    await keys.answer(owner.ctx, use, first.attempt, { status: 200, headers: [], body: 'too late' })
    await keys.release(owner.ctx, use, first.attempt)
    await keys.answer(owner.ctx, use, second.attempt, { status: 200, headers: [], body: 'second' })
    expect(await keys.claim(owner.ctx, use)).toMatchObject({ outcome: 'answered', answer: { body: 'second' } })
  })

  test('is over after a day, and swept', async () => {
    const owner = await anOrganization()
    const claimed = await keys.claim(owner.ctx, use)
    if (claimed.outcome !== 'first') throw new Error('nobody else is there')
    await keys.answer(owner.ctx, use, claimed.attempt, { status: 200, headers: [], body: '' })
    expect((await keys.claim(at(owner, 86_000_000), use)).outcome).toBe('answered')
    await sweepIdempotencyKeys(at(owner, 86_000_000))
    expect(await rowsOf(owner)).toHaveLength(1)
    expect((await keys.claim(at(owner, 86_500_000), { ...use, requestDigest: 'new' })).outcome).toBe('first')
    await sweepIdempotencyKeys(at(owner, 200_000_000))
    expect(await rowsOf(owner)).toEqual([])
  })

  test('whose answer was too large to keep says that it was done', async () => {
    const owner = await anOrganization()
    const claimed = await keys.claim(owner.ctx, use)
    if (claimed.outcome !== 'first') throw new Error('nobody else is there')
    await keys.answer(owner.ctx, use, claimed.attempt, null)
    expect((await keys.claim(at(owner, 120_000), use)).outcome).toBe('not_kept')
  })

  test('keeps an answer as large as there may be', async () => {
    const owner = await anOrganization()
    const claimed = await keys.claim(owner.ctx, use)
    if (claimed.outcome !== 'first') throw new Error('nobody else is there')
    const answer = { status: 200, headers: [], body: '批'.repeat(87_000) }
    await keys.answer(owner.ctx, use, claimed.attempt, answer)
    expect(await keys.claim(owner.ctx, use)).toEqual({ outcome: 'answered', answer })
  })
})

test('the document says where the header is taken', async () => {
  const { paths } = await (await call('/api/openapi.json')).json<{
    paths: Record<string, Record<string, { parameters?: { name: string }[] }>>
  }>()
  const takes = (path: string, method: string) =>
    paths[path]?.[method]?.parameters?.some(({ name }) => name === 'Idempotency-Key') ?? false
  expect(takes('/api/v1/connectors', 'post')).toBe(true)
  expect(takes('/api/v1/connectors', 'get')).toBe(false)
  expect(takes('/api/v1/connectors/{id}', 'delete')).toBe(true)
  expect(takes('/api/v1/auth/login', 'post')).toBe(false)
})
