import { expect, test } from 'vitest'
import { type approvals, approvalViews, approvalVotes } from '../../../worker/features/approvals/schema.ts'
import { ApprovalStatistics, Delivery } from '../../../worker/features/approvals/statistics/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { anApproval, askOf } from '../../support/asked.ts'
import { call, post } from '../../support/call.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const dayMs = 86_400_000
const statistics = async (person: Person, query = '') => {
  const answer = await call(`/api/v1/approvals/statistics${query}`, { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return ApprovalStatistics.parse(await answer.json())
}
const deliveries = async (person: Person, query = '') => {
  const answer = await call(`/api/v1/approvals/deliveries${query}`, { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return Page(Delivery).parse(await answer.json())
}

type Facts = Partial<typeof approvals.$inferSelect>
/** Decided by a person after so long, and in effect after so long again. */
const decidedBy = ({ userId }: Person, afterMs: number, facts: Facts = {}): Facts => {
  const requestedAt = facts.requestedAt ?? Date.now() - 60_000
  return {
    state: 'delivered',
    outcome: 'allow_once',
    decidedByKind: 'member',
    decidedById: userId,
    requestedAt,
    decidedAt: requestedAt + afterMs,
    deliveredAt: requestedAt + 2 * afterMs,
    ...facts,
  }
}
const vote = async (person: Person, approvalId: string, at: number, outcome: 'allow_once' | 'reject' = 'allow_once') =>
  person.ctx.db.insert(approvalVotes).values({
    ...{ id: newId('vot'), organizationId: person.organizationId, approvalId, userId: person.userId, outcome, at },
    ...{ role: person.role, byKind: 'member', byId: person.userId, byName: '', digest: '' },
  })
const view = async (person: Person, approvalId: string, shownAt: number) =>
  person.ctx.db
    .insert(approvalViews)
    .values({ organizationId: person.organizationId, approvalId, userId: person.userId, shownAt })

test('each request is counted once, by how it ended', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const ended = (kind: typeof approvals.$inferSelect.decidedByKind, outcome: 'allow_once' | 'reject'): Facts => ({
    ...decidedBy(owner, 10),
    ask: null,
    decidedByKind: kind,
    outcome,
  })
  const facts: Facts[] = [
    ...[ended('member', 'allow_once'), ended('api_key', 'allow_once'), ended('member', 'reject')],
    ...[ended('rule', 'allow_once'), ended('expiry', 'reject'), ended('grant', 'allow_once')],
    ...[ended('gateway', 'reject'), { state: 'expired' as const }, {}],
    { ...ended('member', 'allow_once'), state: 'undeliverable' },
    { ...ended('member', 'allow_once'), requestedAt: Date.now() - 31 * dayMs },
  ]
  for (const each of facts) await anApproval(owner.ctx, each)
  await anApproval(stranger.ctx, ended('member', 'allow_once'))
  const { total, byOutcome } = await statistics(owner)
  expect(byOutcome).toEqual({
    allowedByPerson: 2,
    refusedByPerson: 1,
    allowedByRule: 1,
    refusedByRule: 1,
    allowedByGrant: 1,
    atGateway: 1,
    expired: 1,
    undeliverable: 1,
    pending: 1,
  })
  expect(total).toBe(Object.values(byOutcome).reduce((sum, count) => sum + count, 0))
  expect((await statistics(owner, '?days=40')).total).toBe(11)
})

test('times are percentiles by nearest rank, of what people decided', async () => {
  const owner = await anOrganization()
  expect((await statistics(owner)).delivery.toDecided).toEqual({ count: 0, p50Ms: null, p90Ms: null, p99Ms: null })
  for (let index = 1; index <= 20; index++) {
    const facts = decidedBy(owner, index * 100)
    await anApproval(owner.ctx, { ...facts, shownAt: index <= 10 ? (facts.requestedAt ?? 0) + index : null })
  }
  await anApproval(owner.ctx, { ...decidedBy(owner, 0), decidedByKind: 'rule', ask: null })
  expect((await statistics(owner)).delivery).toEqual({
    toShown: { count: 10, p50Ms: 5, p90Ms: 9, p99Ms: 10 },
    toDecided: { count: 20, p50Ms: 1_000, p90Ms: 1_800, p99Ms: 2_000 },
    toEffective: { count: 20, p50Ms: 2_000, p90Ms: 3_600, p99Ms: 4_000 },
  })
})

test('each person’s interruptions: what was shown, decided, allowed, and in what time', async () => {
  const owner = await anOrganization()
  const admin = await aMember(owner.organizationId, 'admin')
  const at = Date.now() - 50_000
  for (let index = 1; index <= 3; index++) {
    const { id } = await anApproval(owner.ctx)
    await view(owner, id, at)
    await vote(owner, id, at + index * 1_000, index === 3 ? 'reject' : 'allow_once')
  }
  const { id, requestedAt } = await anApproval(owner.ctx)
  await view(owner, id, at)
  await vote(admin, id, requestedAt + 500)
  expect((await statistics(owner)).people).toEqual([
    { userId: owner.userId, name: 'Person owner', shown: 4, decided: 3, allowed: 2, medianMs: 2_000 },
    { userId: admin.userId, name: 'Person admin', shown: 0, decided: 1, allowed: 1, medianMs: 500 },
  ])
})

test('what was asked five times and always allowed is proposed, until a grant covers it', async () => {
  const owner = await anOrganization()
  const asked = async (count: number, facts: Facts, last: Facts = {}) => {
    const rows = []
    for (let index = 0; index < count; index++)
      rows.push(await anApproval(owner.ctx, { ...decidedBy(owner, 10), ...facts, ...(index === count - 1 && last) }))
    return rows
  }
  const pattern = 'api:deploy shop deploy --to'
  await asked(5, { pattern })
  const open = await anApproval(owner.ctx, { pattern })
  await asked(4, { pattern: 'api:four times' })
  await asked(6, { pattern: 'api:once refused' }, { outcome: 'reject' })
  await asked(5, { pattern: 'api:by a rule', decidedByKind: 'rule', ask: null })
  await asked(5, { pattern: 'api:two people', ask: askOf([{ roles: ['owner'], quorum: 2 }]) })
  await asked(5, { pattern: 'api:no grant', ask: askOf([{ roles: ['owner'] }], { grantable: false }) })
  expect((await statistics(owner)).proposals).toEqual([
    {
      pattern,
      agentId: null,
      agentName: null,
      example: { approvalId: open.id, command: open.command, risk: 'medium' },
      asked: 6,
      allowed: 5,
    },
  ])
  const words = { words: ['shop', 'deploy', '--to', 'production'].map((exact) => ({ exact })), more: false }
  const { source, action } = open
  const grant = {
    pattern: {
      ...{ source, action, words, riskMax: 'medium' },
      ...{ agentId: null, connectorId: null, command: null, cwd: null, arguments: null },
    },
  }
  const allowed = await post(
    `/api/v1/approvals/${open.id}/approve`,
    { mode: 'always', grant },
    await owner.authorization(),
  )
  expect(allowed.status).toBe(200)
  expect((await statistics(owner)).proposals).toEqual([])
})

test('deliveries say when each was shown, decided and in effect, newest first, page by page', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const shownAt = Date.now() - 60_000 + 7
  const done = await anApproval(owner.ctx, decidedBy(owner, 40, { requestedAt: shownAt - 7, shownAt }))
  const lost = await anApproval(owner.ctx, { state: 'expired', stateReason: 'deadline_passed' })
  const open = await anApproval(owner.ctx)
  const first = await deliveries(owner, '?limit=2')
  expect(first.items.map(({ approvalId }) => approvalId)).toEqual([open.id, lost.id])
  expect(first.items[1]).toMatchObject({ state: 'expired', stateReason: 'deadline_passed', decidedMs: null })
  const { items } = await deliveries(owner, `?limit=2&cursor=${first.nextCursor}`)
  expect(items).toMatchObject([{ approvalId: done.id, shownMs: 7, decidedMs: 40, effectiveMs: 80 }])
  expect((await deliveries(owner, '?state=expired')).items.map(({ approvalId }) => approvalId)).toEqual([lost.id])
  expect((await deliveries(stranger)).items).toEqual([])
})

test('figures are for who may read approvals, and questions of a wrong shape are 422', async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  for (const query of ['statistics?days=0', 'statistics?days=91', 'deliveries?state=mine', 'deliveries?cursor=x'])
    expect((await call(`/api/v1/approvals/${query}`, { headers })).status).toBe(422)
  for (const path of ['statistics', 'deliveries']) expect((await call(`/api/v1/approvals/${path}`)).status).toBe(401)
})
