import { createExecutionContext, env, runInDurableObject, SELF } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import { runCron } from '../../../worker/cron.ts'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { redeliverStranded } from '../../../worker/features/approvals/deliver.ts'
import { expireDueApprovals } from '../../../worker/features/approvals/due/due.ts'
import { showApproval } from '../../../worker/features/approvals/list.ts'
import { approvalResolved } from '../../../worker/features/approvals/reconcile.ts'
import type { GrantDraft } from '../../../worker/features/grants/contract.ts'
import { grants } from '../../../worker/features/grants/schema.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aPendingApproval } from '../../support/approvals.ts'
import { anApproval, askOf, storedApprovals } from '../../support/asked.ts'
import { origin, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { sessionOf } from '../../support/connector-link.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const approve = async (person: Person, id: string, body: unknown = {}) =>
  post(`/api/v1/approvals/${id}/approve`, body, await person.authorization())
const reject = async (person: Person, id: string, body: unknown = {}) =>
  post(`/api/v1/approvals/${id}/reject`, body, await person.authorization())
const problemOf = async (answer: Response) => Problem.parse(await answer.json())
const eventsOf = async ({ organizationId }: Person, type: string) =>
  (await checkAuditLog(organizationId)).filter((entry) => entry.type === type)
const later = (ms: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a decision', () => {
  test('stands with who, when and why, and leaves one event with the digest it is bound to', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx)
    const { digest } = await showApproval(owner.ctx, id)
    const answer = await reject(owner, id, { reason: 'not now', digest })
    expect(answer.status).toBe(200)
    const approval = Approval.parse(await answer.json())
    expect(approval).toMatchObject({
      state: 'decided',
      decision: {
        outcome: 'reject',
        reason: 'not now',
        by: { kind: 'member', id: owner.userId, name: 'Person owner' },
      },
    })
    expect(await eventsOf(owner, 'approval.decided')).toMatchObject([
      {
        target: id,
        actor: { kind: 'member', id: owner.userId },
        payload: { approvalId: id, outcome: 'reject', digest },
      },
    ])
  })

  test('comes second only to be told who was first, and leaves no trace', async () => {
    const owner = await anOrganization()
    const second = await aMember(owner.organizationId, 'approver')
    const { id } = await aPendingApproval(owner.ctx)
    const first = Approval.parse(await (await approve(owner, id)).json())
    const answer = await reject(second, id)
    expect(answer.status).toBe(409)
    expect(await problemOf(answer)).toMatchObject({
      code: 'already_decided',
      context: { outcome: 'allow_once', by: first.decision?.by, at: first.decision?.at },
    })
    expect(await showApproval(owner.ctx, id)).toEqual(first)
    expect(await eventsOf(owner, 'approval.decided')).toHaveLength(1)
  })

  test('of eight at once has one winner and one event, and the losers learn who won', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx)
    const people = await Promise.all(Array.from({ length: 8 }, () => aMember(owner.organizationId, 'approver')))
    const answers = await Promise.all(
      people.map((person, index) => (index % 2 ? approve(person, id) : reject(person, id))),
    )
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, ...Array(7).fill(409)])
    const winner = people[answers.findIndex((answer) => answer.status === 200)]
    const { decision } = await showApproval(owner.ctx, id)
    expect(decision?.by.id).toBe(winner?.userId)
    for (const answer of answers)
      if (answer.status === 409) expect((await problemOf(answer)).context).toMatchObject({ by: { id: winner?.userId } })
    expect(await eventsOf(owner, 'approval.decided')).toHaveLength(1)
  })

  test('from another organization finds what does not exist', async () => {
    const [owner, stranger] = [await anOrganization(), await anOrganization()]
    const { id } = await aPendingApproval(owner.ctx)
    const bodies = await Promise.all(
      [id, newId('apr')].map(async (each) => {
        const answer = await approve(stranger, each)
        expect(answer.status).toBe(404)
        const { requestId: _, ...body } = await problemOf(answer)
        return body
      }),
    )
    expect(bodies[0]).toEqual(bodies[1])
    expect((await showApproval(owner.ctx, id)).state).toBe('pending')
    expect(await checkAuditLog(stranger.organizationId)).toEqual([])
  })

  test.each(['viewer', 'auditor'] as const)('by a %s is refused, and the refusal is in the sequence', async (role) => {
    const owner = await anOrganization()
    const reader = await aMember(owner.organizationId, role)
    const { id } = await aPendingApproval(owner.ctx)
    const answer = await approve(reader, id)
    expect(answer.status).toBe(403)
    expect((await problemOf(answer)).code).toBe('forbidden')
    expect(await eventsOf(owner, 'access.refused')).toMatchObject([
      {
        actor: { kind: 'member', id: reader.userId },
        payload: { capability: 'approvals.decide', method: 'POST', path: `/api/v1/approvals/${id}/approve` },
      },
    ])
    expect((await showApproval(owner.ctx, id)).state).toBe('pending')
  })

  test('without a caller is 401', async () => {
    expect((await post(`/api/v1/approvals/${newId('apr')}/approve`, {})).status).toBe(401)
  })

  test('after the deadline is too late, and leaves no event', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx, { expiresAt: new Date(Date.now() - 1).toISOString() })
    const answer = await approve(owner, id)
    expect([answer.status, (await problemOf(answer)).code]).toEqual([409, 'expired'])
    expect(await eventsOf(owner, 'approval.decided')).toEqual([])
  })

  test('about something else than what was shown is stale', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx)
    const answer = await approve(owner, id, { digest: '0'.repeat(64) })
    expect([answer.status, (await problemOf(answer)).code]).toEqual([409, 'stale'])
    expect((await showApproval(owner.ctx, id)).state).toBe('pending')
  })

  test('that the gateway does not offer is refused', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx, { allowedDecisions: ['deny'] })
    const answer = await approve(owner, id)
    expect([answer.status, (await problemOf(answer)).code]).toEqual([409, 'conflict'])
    expect((await reject(owner, id)).status).toBe(200)
  })

  test('of a wrong shape is 422 with the path of the fault', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx)
    const answers = [
      await approve(owner, id, { mode: 'always' }),
      await approve(owner, id, { surprise: 1 }),
      await reject(owner, id, { reason: 'x'.repeat(1_001) }),
      await approve(owner, 'apr_short'),
    ]
    expect(answers.map((answer) => answer.status)).toEqual([422, 422, 422, 422])
    expect((await problemOf(answers[0] ?? new Response())).errors?.[0]?.path).toBe('grant')
    expect((await showApproval(owner.ctx, id)).state).toBe('pending')
  })

  test('in a body that is not JSON is 415, whatever it says', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx)
    const said = JSON.stringify({ digest: '0'.repeat(64) })
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', '']) {
      const answer = await SELF.fetch(`${origin}/api/v1/approvals/${id}/approve`, {
        method: 'POST',
        body: said,
        headers: { ...(await owner.authorization()), 'content-type': type },
      })
      expect([answer.status, (await problemOf(answer)).code]).toEqual([415, 'unsupported_media_type'])
    }
    expect((await showApproval(owner.ctx, id)).state).toBe('pending')
  })

  test('stays when the connector cannot be told, and the clock tells it later, once', async () => {
    const owner = await anOrganization()
    const { id, connectorId } = await aPendingApproval(owner.ctx)
    const session = sessionOf(connectorId)
    const change = (statement: string) =>
      runInDurableObject(session, (_: ConnectorSession, { storage }) => {
        storage.sql.exec(statement)
      })
    await change('ALTER TABLE commands RENAME TO away')
    expect((await decideApproval(owner.ctx, id, { outcome: 'reject' })).state).toBe('decided')
    later(6_000)
    await expect(redeliverStranded(owner.ctx)).rejects.toThrow('could not be handed over')
    await change('ALTER TABLE away RENAME TO commands')
    await redeliverStranded(owner.ctx)
    await redeliverStranded(owner.ctx)
    const queued = await runInDurableObject(session, (_: ConnectorSession, { storage }) =>
      storage.sql.exec('SELECT id FROM commands').toArray(),
    )
    expect(queued).toEqual([{ id }])
    expect(await eventsOf(owner, 'approval.decided')).toHaveLength(1)
  })

  test('has lost to one that was made at the gateway first', async () => {
    const owner = await anOrganization()
    const { id, connectorId, request } = await aPendingApproval(owner.ctx)
    await approvalResolved(
      owner.ctx,
      connectorId,
      { externalId: request.externalId, decision: 'deny', subject: null },
      Date.now(),
    )
    const answer = await approve(owner, id)
    expect(answer.status).toBe(409)
    expect(await problemOf(answer)).toMatchObject({
      code: 'already_decided',
      context: { state: 'confirmed', outcome: 'reject', by: { kind: 'gateway' } },
    })
  })
})

describe('allow always', () => {
  const exact = (command: string): GrantDraft => ({
    pattern: {
      ...{ source: 'api', action: 'deploy', agentId: null, connectorId: null, command, words: null },
      ...{ cwd: null, arguments: null, riskMax: 'medium' },
    },
    expiresInMs: 3_600_000,
    usesMax: 3,
    atGateway: false,
  })
  const always = async (person: Pick<Person, 'authorization'>, id: string, grant: unknown) =>
    post(`/api/v1/approvals/${id}/approve`, { mode: 'always', grant }, await person.authorization())
  const grantsOf = ({ ctx }: Person) =>
    ctx.db.select().from(grants).where(eq(grants.organizationId, ctx.organizationId))

  test('decides and makes the grant in one', async () => {
    const owner = await anOrganization()
    const { id, command } = await anApproval(owner.ctx)
    const answer = await always(owner, id, exact(command))
    expect(answer.status).toBe(200)
    const approval = Approval.parse(await answer.json())
    const [grant, ...more] = await grantsOf(owner)
    expect(more).toEqual([])
    expect(grant).toMatchObject({ approvalId: id, usesMax: 3, uses: 0, gateway: 'none' })
    expect(approval).toMatchObject({ state: 'decided', grantId: grant?.id, decision: { outcome: 'allow_always' } })
    expect(await eventsOf(owner, 'approval.decided')).toMatchObject([
      { payload: { outcome: 'allow_always', grantId: grant?.id } },
    ])
    expect(await eventsOf(owner, 'grant.created')).toMatchObject([{ target: grant?.id, payload: { approvalId: id } }])
  })

  test('that loses the race makes no grant', async () => {
    const owner = await anOrganization()
    const admin = await aMember(owner.organizationId, 'admin')
    const { id, command } = await anApproval(owner.ctx)
    const answers = await Promise.all([always(owner, id, exact(command)), always(admin, id, exact(command))])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(await grantsOf(owner)).toHaveLength(1)
    expect(await eventsOf(owner, 'grant.created')).toHaveLength(1)
  })

  test('needs a grant that fits, a right to grant, and an ask that a grant could answer', async () => {
    const owner = await anOrganization()
    const approver = await aMember(owner.organizationId, 'approver')
    const { id, command } = await anApproval(owner.ctx)
    const grant = exact(command)
    const before = await storedApprovals(owner.ctx)
    const refusedAs = async (given: unknown) => (await problemOf(await always(owner, id, given))).errors?.[0]?.path
    expect(await refusedAs(exact('something else'))).toBe('grant.pattern')
    expect(await refusedAs({ ...grant, pattern: { ...grant.pattern, riskMax: 'high' } })).toBe('grant.pattern.riskMax')
    expect(await refusedAs({ ...grant, atGateway: true })).toBe('grant.atGateway')
    expect(await refusedAs(undefined)).toBe('grant')
    expect((await problemOf(await always(approver, id, grant))).context).toEqual({ capability: 'grants.write' })
    expect(await eventsOf(owner, 'access.refused')).toMatchObject([{ payload: { capability: 'grants.write' } }])
    expect(await storedApprovals(owner.ctx)).toEqual(before)
    const quorum = await anApproval(owner.ctx, { ask: askOf([{ roles: ['owner'], quorum: 2 }]) })
    expect((await problemOf(await always(owner, quorum.id, grant))).code).toBe('conflict')
    expect(await grantsOf(owner)).toEqual([])
  })
})

describe('the clock', () => {
  test('expires what is due, once, and leaves alone what is not', async () => {
    const owner = await anOrganization()
    const due = await aPendingApproval(owner.ctx, { expiresAt: new Date(Date.now() + 1_000).toISOString() })
    const open = await aPendingApproval(owner.ctx)
    later(1_500)
    await expireDueApprovals(owner.ctx)
    await expireDueApprovals(owner.ctx)
    expect(await showApproval(owner.ctx, due.id)).toMatchObject({ state: 'expired', stateReason: 'deadline_passed' })
    expect((await showApproval(owner.ctx, open.id)).state).toBe('pending')
    expect(await eventsOf(owner, 'approval.expired')).toMatchObject([
      { target: due.id, actor: { kind: 'system', id: 'clock' } },
    ])
    expect((await approve(owner, due.id)).status).toBe(409)
  })

  test('closes decisions that never reached their gateway', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx, { expiresAt: new Date(Date.now() + 1_000).toISOString() })
    await decideApproval(owner.ctx, id, { outcome: 'allow_once' })
    later(1_500)
    await Promise.all([expireDueApprovals(owner.ctx), expireDueApprovals(owner.ctx)])
    expect(await showApproval(owner.ctx, id)).toMatchObject({ state: 'undeliverable', stateReason: 'deadline_passed' })
    expect(await eventsOf(owner, 'approval.undeliverable')).toHaveLength(1)
  })

  test('racing a decision, one of the two stands', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx, { expiresAt: new Date(Date.now() + 60_000).toISOString() })
    const tomorrow = { ...owner.ctx, now: () => new Date(Date.now() + 86_400_000) }
    const [decided] = await Promise.allSettled([
      decideApproval(owner.ctx, id, { outcome: 'allow_once' }),
      expireDueApprovals(tomorrow),
    ])
    const { state } = await showApproval(owner.ctx, id)
    expect(['expired', 'undeliverable', 'decided']).toContain(state)
    expect(await eventsOf(owner, 'approval.decided')).toHaveLength(decided.status === 'fulfilled' ? 1 : 0)
    expect(state === 'expired').toBe(decided.status === 'rejected')
  })

  test('runs every verb each minute, and twice is once', async () => {
    const owner = await anOrganization()
    const { id } = await aPendingApproval(owner.ctx, { expiresAt: new Date(Date.now() - 1).toISOString() })
    const execution = createExecutionContext()
    await runCron(env, execution)
    await runCron(env, execution)
    expect((await showApproval(owner.ctx, id)).state).toBe('expired')
    expect(await eventsOf(owner, 'approval.expired')).toHaveLength(1)
  })
})
