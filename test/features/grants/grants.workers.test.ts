import { env } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { auditStatement } from '../../../worker/features/audit/record.ts'
import { Grant, GrantCoverage, GrantProposal } from '../../../worker/features/grants/contract.ts'
import {
  useGrantStatement as countUse,
  coveringGrant,
  endGrants,
  grantCreatedStatement,
  insertGrantStatement,
  newGrant,
  refuseUnfitGrant,
} from '../../../worker/features/grants/index.ts'
import { type GrantRow, grants } from '../../../worker/features/grants/schema.ts'
import { organizations } from '../../../worker/features/organizations/schema.ts'
import type { OrganizationContext } from '../../../worker/platform/context.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aCommand, aGrant, aPattern, aRecordedRequest, decided, words } from '../../support/grants.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const uname = aPattern({ words: words('uname ...') })
const grantOf = async (ctx: OrganizationContext, id: string) =>
  (await ctx.db.select().from(grants).where(eq(grants.id, id)))[0]
const typesOf = async (organizationId: string) => (await checkAuditLog(organizationId)).map(({ type }) => type)
const get = async (person: Person, path: string) => call(`/api/v1${path}`, { headers: await person.authorization() })
const send = async (person: Person, path: string, body: unknown) =>
  post(`/api/v1${path}`, body, await person.authorization())
const later = (ctx: OrganizationContext, ms: number) => ({ ...ctx, now: () => new Date(Date.now() + ms) })

describe('the grant that covers a request', () => {
  test('is the narrowest in force', async () => {
    const { ctx } = await anOrganization()
    await aGrant(ctx, { pattern: uname })
    const narrow = await aGrant(ctx, { pattern: aPattern({ agentId: 'agt_1', words: words('uname -a') }) })
    await aGrant(ctx, { pattern: aPattern({ agentId: 'agt_2', words: words('uname -a') }) })
    expect(await coveringGrant(ctx, aCommand('uname -a'))).toEqual({ id: narrow.id, createdByName: ctx.actorName })
    expect((await coveringGrant(ctx, aCommand('uname -r')))?.id).not.toBe(narrow.id)
    expect(await coveringGrant(ctx, aCommand('id'))).toBe(null)
  })

  test.each([
    ['revoked', { revokedAt: 1, endedAt: 1 }],
    ['past its time', { expiresAt: Date.now() - 1 }],
    ['used up', { usesMax: 2, uses: 2 }],
    ["a gateway's own", { createdByKind: 'gateway' as const, expiresAt: null, gateway: 'kept' as const }],
  ])('is none that is %s', async (_, facts) => {
    const { ctx } = await anOrganization()
    await aGrant(ctx, { pattern: uname, ...facts })
    expect(await coveringGrant(ctx, aCommand('uname -a'))).toBe(null)
  })

  test('is none of another organization', async () => {
    const [one, two] = [await anOrganization(), await anOrganization()]
    const { id } = await aGrant(one.ctx, { pattern: uname })
    expect(await coveringGrant(two.ctx, aCommand('uname -a'))).toBe(null)
    const used = await countUse(two.ctx, id, Date.now())
    expect(used.meta.changes).toBe(0)
  })

  test('is found by one read of an index', async () => {
    const plan = await env.DB.prepare(
      'EXPLAIN QUERY PLAN SELECT * FROM grants WHERE organization_id = ? AND ended_at IS NULL AND (agent_id IS NULL OR agent_id = ?)',
    )
      .bind('org', 'agt')
      .all<{ detail: string }>()
    expect(plan.results.map(({ detail }) => detail).join()).toContain('grants_in_force')
  })
})

describe('a use', () => {
  test('is counted at most as often as the grant says, whoever races', async () => {
    const { ctx } = await anOrganization()
    const { id } = await aGrant(ctx, { pattern: uname, usesMax: 3 })
    const uses = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        ctx.db.batch([
          countUse(ctx, id, Date.now()),
          auditStatement(ctx, 'organization.renamed', { name: `${index}` }),
        ]),
      ),
    )
    expect(uses.filter(([used]) => used.meta.changes > 0)).toHaveLength(3)
    expect((await grantOf(ctx, id))?.uses).toBe(3)
    expect(await typesOf(ctx.organizationId)).toHaveLength(3)
    expect(await coveringGrant(ctx, aCommand('uname -a'))).toBe(null)
  })

  test('is counted no more once the grant was taken back or is past its time', async () => {
    const owner = await anOrganization()
    const [taken, past] = [await aGrant(owner.ctx), await aGrant(owner.ctx)]
    await send(owner, `/approvals/grants/${taken.id}/revoke`, {})
    for (const [id, now] of [
      [taken.id, Date.now()],
      [past.id, Date.now() + 90_000_000],
    ] as const)
      expect((await countUse(owner.ctx, id, now)).meta.changes).toBe(0)
  })
})

describe('allow always', () => {
  const draft = { pattern: uname, expiresInMs: 60_000, usesMax: 1, atGateway: true }

  test('makes a grant and its event only together with what it belongs to', async () => {
    const { ctx, organizationId } = await anOrganization({ name: 'before' })
    const rename = (from: string) =>
      ctx.db
        .update(organizations)
        .set({ name: 'after' })
        .where(eq(organizations.name, `${from} ${organizationId}`))
    await ctx.db
      .update(organizations)
      .set({ name: `now ${organizationId}` })
      .where(eq(organizations.id, organizationId))
    const [lost, made] = [1, 2].map(() => newGrant(ctx, { id: newId('apr'), connectorId: newId('con') }, draft))
    if (!lost || !made) throw new Error('two grants')
    await ctx.db.batch([rename('past'), insertGrantStatement(ctx, lost), grantCreatedStatement(ctx, lost)])
    await ctx.db.batch([rename('now'), insertGrantStatement(ctx, made), grantCreatedStatement(ctx, made)])
    expect(await grantOf(ctx, lost.id)).toBe(undefined)
    expect(await grantOf(ctx, made.id)).toEqual(made)
    expect(made).toMatchObject({ gateway: 'wanted', usesMax: 1, pattern: uname })
    const [event, ...more] = await checkAuditLog(organizationId)
    expect(more).toEqual([])
    expect(event).toMatchObject({ type: 'grant.created', target: made.id, payload: { usesMax: 1, atGateway: true } })
  })

  test('of what it does not cover is refused as invalid, with the path of the fault', () => {
    expect(() => refuseUnfitGrant(draft, aCommand('id'))).toThrow(
      expect.objectContaining({
        code: 'invalid',
        facts: { errors: [expect.objectContaining({ path: 'grant.pattern' })] },
      }),
    )
    expect(() =>
      refuseUnfitGrant({ ...draft, pattern: { ...uname, riskMax: 'medium' } }, aCommand('uname -a')),
    ).not.toThrow()
  })

  test('wants nothing of a gateway where there is none', async () => {
    const { ctx } = await anOrganization()
    expect(newGrant(ctx, { id: newId('apr'), connectorId: null }, draft).gateway).toBe('none')
  })
})

describe('taking a grant back', () => {
  test('ends it, and twice is once', async () => {
    const owner = await anOrganization()
    const { id } = await aGrant(owner.ctx, { pattern: uname })
    const answers = []
    for (const reason of ['too wide', 'again'])
      answers.push(await send(owner, `/approvals/grants/${id}/revoke`, { reason }))
    expect(answers.map(({ status }) => status)).toEqual([200, 200])
    for (const answer of answers)
      expect(Grant.parse(await answer.json())).toMatchObject({
        state: 'revoked',
        revokeReason: 'too wide',
        revokedBy: owner.ctx.actorName,
        gateway: 'none',
      })
    expect(await coveringGrant(owner.ctx, aCommand('uname -a'))).toBe(null)
    const [event, ...more] = await checkAuditLog(owner.organizationId)
    expect(more).toEqual([])
    expect(event).toMatchObject({ type: 'grant.revoked', target: id, payload: { grantId: id, reason: 'too wide' } })
  })

  test('raced by eight, one takes it back', async () => {
    const owner = await anOrganization()
    const { id } = await aGrant(owner.ctx)
    await Promise.all(Array.from({ length: 8 }, () => send(owner, `/approvals/grants/${id}/revoke`, {})))
    expect(await typesOf(owner.organizationId)).toEqual(['grant.revoked'])
  })

  test('in another organization finds what does not exist', async () => {
    const [owner, stranger] = [await anOrganization(), await anOrganization()]
    const { id } = await aGrant(owner.ctx)
    for (const each of [id, newId('grn')]) {
      const answer = await send(stranger, `/approvals/grants/${each}/revoke`, {})
      expect([answer.status, await codeOf(answer)]).toEqual([404, 'not_found'])
    }
    expect((await grantOf(owner.ctx, id))?.endedAt).toBe(null)
    expect(await checkAuditLog(owner.organizationId)).toEqual([])
  })

  test.each(['approver', 'viewer', 'auditor'] as const)('by a %s is refused', async (role) => {
    const owner = await anOrganization()
    const member = await aMember(owner.organizationId, role)
    const { id } = await aGrant(owner.ctx)
    expect((await send(member, `/approvals/grants/${id}/revoke`, {})).status).toBe(403)
    expect((await grantOf(owner.ctx, id))?.endedAt).toBe(null)
  })
})

describe('the clock', () => {
  test('tells once that a grant is past its time or used up, and leaves alone what is not', async () => {
    const { ctx, organizationId } = await anOrganization()
    const expired = await aGrant(ctx, { expiresAt: Date.now() + 1_000 })
    const used = await aGrant(ctx, { usesMax: 1, uses: 1 })
    const open = await aGrant(ctx)
    await Promise.all([endGrants(later(ctx, 2_000)), endGrants(later(ctx, 2_000))])
    await endGrants(later(ctx, 3_000))
    const told = (await checkAuditLog(organizationId)).map(({ type, target, payload, actor }) => ({
      type,
      target,
      payload,
      actor,
    }))
    const actor = { kind: 'system', id: 'clock' }
    expect(told.sort((a, b) => ((a.target ?? '') < (b.target ?? '') ? -1 : 1))).toEqual([
      { type: 'grant.expired', target: expired.id, payload: { grantId: expired.id, because: 'expired' }, actor },
      { type: 'grant.expired', target: used.id, payload: { grantId: used.id, because: 'used_up' }, actor },
    ])
    expect((await grantOf(ctx, open.id))?.endedAt).toBe(null)
  })
})

describe('the list', () => {
  const list = async (person: Person, query = '') =>
    Page(Grant).parse(await (await get(person, `/approvals/grants${query}`)).json())

  test('shows how each grant stands, newest first, in pages, and those of nobody else', async () => {
    const [owner, other] = [await anOrganization(), await anOrganization()]
    await aGrant(other.ctx)
    const made: GrantRow[] = []
    for (const facts of [{}, { expiresAt: Date.now() - 1 }, { usesMax: 1, uses: 1 }, { revokedAt: 1, endedAt: 1 }])
      made.unshift(await aGrant(owner.ctx, facts))
    const { items } = await list(owner)
    expect(items.map(({ id, state }) => ({ id, state }))).toEqual(
      ['revoked', 'used_up', 'expired', 'active'].map((state, index) => ({ id: made[index]?.id, state })),
    )
    expect((await list(owner, '?state=active')).items.map(({ id }) => id)).toEqual([made[3]?.id])
    expect((await list(owner, '?state=ended')).items).toHaveLength(3)
    const first = await list(owner, '?limit=3')
    const second = await list(owner, `?limit=3&cursor=${first.nextCursor}`)
    expect([...first.items, ...second.items]).toEqual(items)
    expect(second.nextCursor).toBe(null)
  })

  test('is filtered by agent and connector', async () => {
    const owner = await anOrganization()
    const [agentId, connectorId] = [newId('agt'), newId('con')]
    const one = await aGrant(owner.ctx, { pattern: aPattern({ agentId, words: words('a') }) })
    const two = await aGrant(owner.ctx, { pattern: aPattern({ connectorId, words: words('a') }) })
    expect((await list(owner, `?agentId=${agentId}`)).items.map(({ id }) => id)).toEqual([one.id])
    expect((await list(owner, `?connectorId=${connectorId}`)).items.map(({ id }) => id)).toEqual([two.id])
  })
})

describe('coverage', () => {
  const coverage = async (person: Person, body: unknown) =>
    GrantCoverage.parse(await (await send(person, '/approvals/grants/coverage', body)).json())

  test('says what a pattern would have answered, and how people had decided it', async () => {
    const [owner, other] = [await anOrganization(), await anOrganization()]
    const record = (command: string, facts = {}) => aRecordedRequest(owner.ctx, command, facts)
    await aRecordedRequest(other.ctx, 'git push origin main', decided('allow_once'))
    await record('git push origin main', decided('allow_once'))
    await record('git push origin dev', decided('reject'))
    await record('git push origin main', { state: 'expired' })
    await record('git push a b', { ...decided('allow_once'), decidedByKind: 'rule' })
    await record('"git" push origin main', decided('allow_always'))
    await record('git push origin main', { risk: 'critical' })
    await record('git push origin main && id', decided('allow_once'))
    await record('git pull')
    await record('git push origin main', { requestedAt: Date.now() - 40 * 86_400_000 })
    const pattern = aPattern({ words: words('git push ...') })
    const found = await coverage(owner, { pattern })
    expect(found).toMatchObject({
      scanned: 8,
      covered: 5,
      allowed: 2,
      refused: 1,
      undecided: 2,
      byRisk: { low: 0, medium: 5, high: 0, critical: 0 },
    })
    expect(found.sample).toHaveLength(5)
    expect(await coverage(owner, { pattern, days: 90 })).toMatchObject({ scanned: 9, covered: 6 })
  })

  test('reads on beyond a page, and samples the newest twenty', async () => {
    const { ctx } = await anOrganization()
    const id = await aRecordedRequest(ctx, 'uname -a')
    await copied(id, 2_500)
    const owner = await aMember(ctx.organizationId, 'owner')
    const found = await coverage(owner, { pattern: uname })
    expect(found).toMatchObject({ scanned: 2_501, covered: 2_501 })
    expect(found.sample).toHaveLength(20)
  })

  test('of more requests than anybody waits for is of the newest, and says since when', async () => {
    const owner = await anOrganization()
    await copied(await aRecordedRequest(owner.ctx, 'uname -a'), 20_500)
    const found = await coverage(owner, { pattern: uname })
    expect(found.covered).toBe(20_000)
    expect(found.scanned).toBe(20_000)
    expect(Date.parse(found.to) - Date.parse(found.from)).toBeLessThan(21_000_000)
  })

  test('looks back ninety days at most', async () => {
    const owner = await anOrganization()
    expect((await send(owner, '/approvals/grants/coverage', { pattern: uname, days: 91 })).status).toBe(422)
  })
})

/** The same request again, `times` times, a second older each. */
const copied = async (id: string, times: number) => {
  const { results } = await env.DB.prepare("SELECT name FROM pragma_table_info('approvals') ORDER BY cid").all<{
    name: string
  }>()
  const changed: Record<string, string> = {
    id: "substr(a.id, 1, 20) || printf('%010d', i)",
    requested_at: 'a.requested_at - 1000 * i',
  }
  const columns = results.map(({ name }) => changed[name] ?? `a.${name}`)
  await env.DB.prepare(
    `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2)
     INSERT INTO approvals SELECT ${columns.join()} FROM approvals a, n WHERE a.id = ?1`,
  )
    .bind(id, times)
    .run()
}

describe('proposals', () => {
  const proposals = async (person: Person, id: string) =>
    z
      .object({ items: z.array(GrantProposal) })
      .parse(await (await get(person, `/approvals/${id}/grant-proposals`)).json()).items

  test('come from the narrowest on, each with what it would have covered and what people refused of that', async () => {
    const owner = await anOrganization()
    const id = await aRecordedRequest(owner.ctx, 'git push origin main', {
      state: 'pending',
      gatewayOffersAlways: true,
    })
    await aRecordedRequest(owner.ctx, 'git push origin main', { ...decided('allow_once'), cwd: '/srv/app/lib' })
    await aRecordedRequest(owner.ctx, 'git push origin prod', decided('reject'))
    await aRecordedRequest(owner.ctx, 'git push --force origin prod', decided('reject'))
    const found = await proposals(owner, id)
    expect(
      found.map(({ label, gatewayOffers, coverage: { covered, allowed, refused } }) => ({
        label,
        gatewayOffers,
        covered,
        allowed,
        refused,
      })),
    ).toEqual([
      { label: 'exact', gatewayOffers: true, covered: 1, allowed: 0, refused: 0 },
      { label: 'any_directory_below', gatewayOffers: true, covered: 2, allowed: 1, refused: 0 },
      { label: 'any_last_words', gatewayOffers: true, covered: 3, allowed: 1, refused: 1 },
      { label: 'any_arguments', gatewayOffers: true, covered: 4, allowed: 1, refused: 2 },
    ])
  })

  test('for an approval of another organization are those of one that does not exist', async () => {
    const [owner, stranger] = [await anOrganization(), await anOrganization()]
    const id = await aRecordedRequest(owner.ctx, 'uname -a')
    for (const each of [id, newId('apr')])
      expect((await get(stranger, `/approvals/${each}/grant-proposals`)).status).toBe(404)
  })
})
