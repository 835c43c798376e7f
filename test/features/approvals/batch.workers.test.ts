import { env, runInDurableObject } from 'cloudflare:test'
import { expect, test } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import { decideBatch } from '../../../worker/features/approvals/decision/batch.ts'
import { BatchResult } from '../../../worker/features/approvals/decision/contract.ts'
import { openApproval } from '../../../worker/features/approvals/open.ts'
import { connectorContext } from '../../../worker/features/connectors/session.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aPendingApproval } from '../../support/approvals.ts'
import { anApproval, askOf, manyApprovals, storedApprovals } from '../../support/asked.ts'
import { codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { sessionOf } from '../../support/connector-link.ts'
import { aGatewayApproval } from '../../support/gateway-events.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

type Item = { id: string; outcome: 'allow_once' | 'reject'; digest?: string; reason?: string }
const send = async (person: Person, items: unknown) =>
  post('/api/v1/approvals/batch', { items }, await person.authorization())
const decided = async (person: Person, items: Item[]) => {
  const answer = await send(person, items)
  expect(answer.status).toBe(200)
  return BatchResult.parse(await answer.json())
}
const codesOf = ({ items }: BatchResult) => items.map((item) => (item.ok ? item.state : item.code))
const eventsOf = async ({ organizationId }: Person) =>
  (await checkAuditLog(organizationId)).filter(({ type }) => type.startsWith('approval.'))

const queuedAt = (connectorId: string) =>
  runInDurableObject(sessionOf(connectorId), (_: ConnectorSession, { storage }) =>
    storage.sql.exec('SELECT id FROM commands').toArray(),
  )

test('decides each by its own outcome, says which failed and why, and keeps the order', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const open = await anApproval(owner.ctx)
  const quorum = await anApproval(owner.ctx, { ask: askOf([{ roles: ['owner'], quorum: 2 }]) })
  const refused = await anApproval(owner.ctx)
  const critical = await anApproval(owner.ctx, { risk: 'critical' })
  const foreign = await anApproval(stranger.ctx)
  const own = await anApproval(owner.ctx, { requestedByUser: owner.userId })
  const late = await anApproval(owner.ctx, { expiresAt: Date.now() - 1 })
  const stale = await anApproval(owner.ctx)
  const result = await decided(owner, [
    { id: own.id, outcome: 'allow_once' },
    { id: open.id, outcome: 'allow_once', digest: open.digest },
    { id: foreign.id, outcome: 'reject' },
    { id: quorum.id, outcome: 'allow_once' },
    { id: newId('apr'), outcome: 'reject' },
    { id: refused.id, outcome: 'reject', reason: 'not today' },
    { id: open.id, outcome: 'reject' },
    { id: critical.id, outcome: 'allow_once' },
    { id: late.id, outcome: 'allow_once' },
    { id: stale.id, outcome: 'allow_once', digest: '0'.repeat(64) },
  ])
  expect(codesOf(result)).toEqual([
    ...['own_request', 'decided', 'not_found', 'pending', 'not_found', 'decided', 'conflict'],
    ...['not_opened', 'expired', 'stale'],
  ])
  expect([result.decided, result.failed]).toEqual([3, 7])
  const told = (await eventsOf(owner)).map(({ type, target, payload }) => [type, target, payload.because ?? null])
  expect(told).toEqual([
    ['approval.decided', open.id, null],
    ['approval.voted', quorum.id, null],
    ['approval.decided', refused.id, null],
    ['approval.decision-refused', own.id, 'own_request'],
    ['approval.decision-refused', open.id, 'twice_in_request'],
    ['approval.decision-refused', critical.id, 'not_opened'],
    ['approval.decision-refused', late.id, 'expired'],
    ['approval.decision-refused', stale.id, 'stale'],
  ])
  expect(await eventsOf(stranger)).toEqual([])
})

test('what is critical is decided once its detail was opened by this very person', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const { id } = await anApproval(owner.ctx, { risk: 'critical' })
  const item: Item = { id, outcome: 'reject' }
  const tell = async (person: Person, body: unknown) =>
    expect((await post('/api/v1/approvals/shown', body, await person.authorization())).status).toBe(204)
  await tell(owner, { listed: [id] })
  await tell(admin, { opened: [id] })
  expect(codesOf(await decided(owner, [item]))).toEqual(['not_opened'])
  await tell(owner, { opened: [id] })
  expect(codesOf(await decided(owner, [item]))).toEqual(['decided'])
})

test('is in every respect like deciding one by one', async () => {
  const owner = await anOrganization()
  const [single, batched] = [await aPendingApproval(owner.ctx), await aPendingApproval(owner.ctx)]
  const body = { reason: 'no' }
  await post(`/api/v1/approvals/${single.id}/reject`, body, await owner.authorization())
  await decided(owner, [{ id: batched.id, outcome: 'reject', ...body }])
  const alike = (id: string) => (each: { target: string | null }) => each.target === id
  const events = (await eventsOf(owner)).filter(({ type }) => type === 'approval.decided')
  const [one, other] = [single, batched].map(({ id }) => events.filter(alike(id)).map(({ payload }) => payload))
  const sameButNames = (payload: Record<string, unknown>) => ({ ...payload, approvalId: '', digest: '' })
  expect(one?.map(sameButNames)).toEqual(other?.map(sameButNames))
  const [rows, votes] = await storedApprovals(owner.ctx)
  for (const { id, connectorId } of [single, batched]) {
    expect(rows.find((row) => row.id === id)).toMatchObject({ state: 'decided', outcome: 'reject', voteCount: 1 })
    expect(votes.filter(({ approvalId }) => approvalId === id)).toMatchObject([{ reason: 'no', userId: owner.userId }])
    expect(await queuedAt(connectorId)).toEqual([{ id }])
  }
})

test('of a thousand, some of them invalid, decides the valid ones', { timeout: 60_000 }, async () => {
  const owner = await anOrganization()
  const rows = await manyApprovals(owner.ctx, 960)
  const items: Item[] = Array.from({ length: 1_000 }, (_, index) => ({
    id: rows[index]?.id ?? newId('apr'),
    outcome: index % 2 ? 'reject' : 'allow_once',
    digest: rows[index]?.digest ?? '',
    reason: `because of ${'this and that, '.repeat(20)}${index}`,
  }))
  expect(JSON.stringify({ items }).length).toBeGreaterThan(256 * 1024)
  const result = await decided(owner, items)
  expect([result.decided, result.failed]).toEqual([960, 40])
  expect(codesOf(result)).toEqual([...Array(960).fill('decided'), ...Array(40).fill('not_found')])
  expect((await eventsOf(owner)).filter(({ type }) => type === 'approval.decided')).toHaveLength(960)
})

test('asks the database a few times, however many they are', async () => {
  const owner = await anOrganization()
  const items = (await manyApprovals(owner.ctx, 300)).map(({ id }): Item => ({ id, outcome: 'reject' }))
  let statements = 0
  const counting = new Proxy(env.DB, {
    get: (db, name) => {
      const member: unknown = Reflect.get(db, name)
      if (typeof member !== 'function') return member
      if (name === 'prepare') statements += 1
      return member.bind(db)
    },
  })
  const { decided: count } = await decideBatch({ ...owner.ctx, db: databaseOf({ ...env, DB: counting }) }, { items })
  expect(count).toBe(300)
  expect(statements).toBeLessThan(20)
})

test('hands over what one gateway asked for in one call, however many they are', async () => {
  const owner = await anOrganization()
  const { id, connectorId } = await aPendingApproval(owner.ctx)
  const connector = connectorContext(owner.ctx, owner.organizationId, connectorId)
  const ids = [id]
  for (let asked = 1; asked < 5; asked++) {
    const opened = await openApproval(connector, connectorId, null, aGatewayApproval(), {
      foundByReconciliation: false,
    })
    ids.push(opened.id)
  }
  let calls = 0
  const counting = new Proxy(env.CONNECTOR_SESSION, {
    get: (namespace, name) => {
      const member: unknown = Reflect.get(namespace, name)
      if (name === 'get') calls += 1
      return typeof member === 'function' ? member.bind(namespace) : member
    },
  })
  const ctx = { ...owner.ctx, env: { ...env, CONNECTOR_SESSION: counting } }
  const items = ids.map((each): Item => ({ id: each, outcome: 'reject' }))
  expect((await decideBatch(ctx, { items })).decided).toBe(5)
  expect(calls).toBe(1)
  expect((await queuedAt(connectorId)).map((queued) => queued.id).sort()).toEqual(ids.sort())
})

test('by somebody who may not decide, or of a wrong shape, decides nothing', async () => {
  const owner = await anOrganization()
  const viewer = await aMember(owner.organizationId, 'viewer')
  const { id } = await anApproval(owner.ctx)
  const before = await storedApprovals(owner.ctx)
  expect((await send(viewer, [{ id, outcome: 'reject' }])).status).toBe(403)
  const many = Array.from({ length: 1_001 }, () => ({ id, outcome: 'reject' }))
  for (const items of [[], many, [{ id, outcome: 'allow_always' }], [{ id: 'apr_1', outcome: 'reject' }]])
    expect(await codeOf(await send(owner, items))).toBe('invalid')
  expect(await storedApprovals(owner.ctx)).toEqual(before)
})

test('twice is once', async () => {
  const owner = await anOrganization()
  const made = await Promise.all([anApproval(owner.ctx), anApproval(owner.ctx)])
  const items = made.map(({ id }): Item => ({ id, outcome: 'allow_once' }))
  const results = await Promise.all([decided(owner, items), decided(owner, items)])
  expect(results.map(({ decided: count }) => count).sort()).toEqual([0, 2])
  expect((await eventsOf(owner)).filter(({ type }) => type === 'approval.decided')).toHaveLength(2)
})
