import { createHash } from 'node:crypto'
import { describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { agents } from '../../../worker/features/agents/schema.ts'
import { ApprovalContext } from '../../../worker/features/approvals/context/contract.ts'
import { Approval } from '../../../worker/features/approvals/contract.ts'
import { showApproval } from '../../../worker/features/approvals/list.ts'
import { requestApproval } from '../../../worker/features/approvals/request.ts'
import { drainAudit } from '../../../worker/features/audit/drain.ts'
import { Problem } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aPendingApproval, aSilentConnector } from '../../support/approvals.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { unique } from '../../support/gateway-events.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'
import { anAskedApproval, aRequest, ask } from '../../support/requests.ts'

const eventsOf = async ({ ctx, organizationId }: Person, type: string) => {
  await drainAudit(ctx, organizationId)
  return (await checkAuditLog(organizationId)).filter((entry) => entry.type === type)
}
const show = async (person: Person, id: string) =>
  Approval.parse(await (await call(`/api/v1/approvals/${id}`, { headers: await person.authorization() })).json())

/** RFC 8785 for what an approval holds: strings, integers, booleans, lists and objects. */
const inOrder = (value: unknown): string => {
  if (Array.isArray(value)) return `[${value.map(inOrder).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([name, held]) => `${JSON.stringify(name)}:${inOrder(held)}`).join()}}`
}
/** The names that docs/design/approvals.md lists. */
const shownNames =
  'action agentId agentName allowedOutcomes arguments ask command connectorId connectorName costEstimate cwd evidence expiresAt host id impact impactText requestedAt requestedBy resolvedPath reversibility risk riskReasons rule ruleSetVersion sessionKey source title warnings'.split(
    ' ',
  )

/** What a stranger does who has nothing but the answer. */
const digestFromAnswer = async (answer: Response) => {
  const body = z.record(z.string(), z.unknown()).parse(await answer.json())
  const shown = Object.fromEntries(shownNames.map((name) => [name, body[name]]))
  return [createHash('sha256').update(inOrder(shown)).digest('hex'), body.digest]
}

describe('a request of a system', () => {
  test('becomes an approval that says all of it, at its location, with one event', async () => {
    const owner = await anOrganization()
    const request = aRequest({
      command: 'kubectl delete namespace prod',
      arguments: { cluster: 'eu', replicas: 3 },
      cwd: '/srv',
      host: 'ci-1',
      sessionKey: 'run 7',
      risk: 'medium',
      impact: 'The shop is down for a minute',
      costMicroUsd: 1_500_000,
      evidence: [{ label: 'Tests', value: 'green' }],
    })
    const answer = await ask(owner, request)
    expect(answer.status).toBe(201)
    const approval = Approval.parse(await answer.json())
    expect(answer.headers.get('location')).toBe(`/api/v1/approvals/${approval.id}`)
    expect(approval).toMatchObject({
      state: 'pending',
      source: 'api',
      action: 'deploy.release',
      title: 'Release the site',
      requestedBy: { kind: 'member', id: owner.userId, name: 'Person owner' },
      connectorId: null,
      risk: 'high',
      reversibility: 'irreversible',
      impact: [{ kind: 'data_loss', risk: 'high' }],
      impactText: 'The shop is down for a minute',
      costEstimate: { amountMicroUsd: 1_500_000, currency: 'USD', basis: 'requester', samples: 0 },
      allowedOutcomes: ['allow_once', 'allow_always', 'reject'],
      rule: null,
      decision: null,
    })
    expect(approval.riskReasons[0]).toMatchObject({ rule: 'destructive-delete', start: 0 })
    expect(await show(owner, approval.id)).toEqual(approval)
    expect(await eventsOf(owner, 'approval.opened')).toMatchObject([
      {
        target: approval.id,
        risk: 'high',
        actor: { kind: 'member', id: owner.userId },
        payload: { approvalId: approval.id, verdict: 'ask', digest: approval.digest, grantId: null },
      },
    ])
  })

  test('can be digested anew from the answer alone, also a gateway’s', async () => {
    const owner = await anOrganization()
    const headers = await owner.authorization()
    const { id } = await anAskedApproval(owner, { arguments: { b: [1, { z: null, a: 'ü "\u2028' }], a: true } })
    const gateways = await aPendingApproval(owner.ctx, { command: 'rm -rf /srv', warning: 'careful' })
    for (const each of [id, gateways.id]) {
      const [computed, given] = await digestFromAnswer(await call(`/api/v1/approvals/${each}`, { headers }))
      expect(computed).toBe(given)
    }
  })

  test('names the agent as it is called now, and keeps that name', async () => {
    const owner = await anOrganization()
    const agentId = newId('agt')
    const connectorId = await aSilentConnector(owner.ctx)
    const [now, organizationId] = [Date.now(), owner.organizationId]
    await owner.ctx.db.insert(agents).values({
      id: agentId,
      organizationId,
      connectorId,
      externalId: 'main',
      name: 'Then',
      isDefault: true,
      state: 'active',
      firstSeenAt: now,
      lastSeenAt: now,
    })
    const { id, digest, agentName } = await anAskedApproval(owner, { agentId })
    expect(agentName).toBe('Then')
    await owner.ctx.db.update(agents).set({ name: 'Now' })
    const headers = await owner.authorization()
    expect(await digestFromAnswer(await call(`/api/v1/approvals/${id}`, { headers }))).toEqual([digest, digest])
    const stranger = await anOrganization()
    expect((await ask(stranger, aRequest({ agentId }))).status).toBe(404)
  })

  test('told twice is one, with another content it is refused, and neither leaves an event', async () => {
    const owner = await anOrganization()
    const key = unique('key')
    const first = await ask(owner, aRequest(), key)
    const again = await ask(owner, aRequest(), key)
    const other = await ask(owner, aRequest({ command: 'make other' }), key)
    expect([first.status, again.status, other.status]).toEqual([201, 200, 422])
    const { id } = Approval.parse(await first.json())
    expect(Approval.parse(await again.json())).toEqual(await show(owner, id))
    expect(again.headers.get('location')).toBe(`/api/v1/approvals/${id}`)
    expect(Problem.parse(await other.json())).toMatchObject({
      code: 'idempotency_conflict',
      context: { approvalId: id },
    })
    expect(await eventsOf(owner, 'approval.opened')).toHaveLength(1)
  })

  test('told fifty times at once is one approval with one event', async () => {
    const owner = await anOrganization()
    const key = unique('key')
    const answers = await Promise.all(Array.from({ length: 50 }, () => ask(owner, aRequest(), key)))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(49).fill(200), 201])
    const bodies = await Promise.all(answers.map(async (answer) => Approval.parse(await answer.json()).id))
    expect(new Set(bodies).size).toBe(1)
    expect(await eventsOf(owner, 'approval.opened')).toHaveLength(1)
  })

  test('under the same key of another person or organization is another one', async () => {
    const owner = await anOrganization()
    const colleague = await aMember(owner.organizationId, 'operator')
    const stranger = await anOrganization()
    const key = unique('key')
    const answers = await Promise.all([owner, colleague, stranger].map((person) => ask(person, aRequest(), key)))
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201])
  })

  test('without a key, with an unfit one or an unfit body is refused', async () => {
    const owner = await anOrganization()
    const headers = await owner.authorization()
    const keyless = await post('/api/v1/approvals', aRequest(), headers)
    expect([keyless.status, await codeOf(keyless)]).toEqual([428, 'precondition_required'])
    for (const key of ['x'.repeat(256), 'a b', 'ü']) expect((await ask(owner, aRequest(), key)).status, key).toBe(422)
    const unfit = [
      { title: 'no action' },
      { ...aRequest(), surprise: 1 },
      { ...aRequest(), expiresInMs: 1 },
      { ...aRequest(), command: '\ud800' },
      { ...aRequest(), arguments: JSON.parse(`{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`) },
      { ...aRequest(), callback: { url: 'http://example.com', secret: `whsec_${'a'.repeat(32)}` } },
      { ...aRequest(), callback: { url: 'https://10.0.0.1/x', secret: `whsec_${'a'.repeat(32)}` } },
      { ...aRequest(), callback: { url: 'https://example.com', secret: 'whsec_short' } },
    ]
    for (const body of unfit) expect((await ask(owner, body)).status, JSON.stringify(body)).toBe(422)
    expect(await eventsOf(owner, 'approval.opened')).toEqual([])
  })

  test.each(['viewer', 'auditor', 'approver'] as const)('by a %s is refused', async (role) => {
    const owner = await anOrganization()
    const reader = await aMember(owner.organizationId, role)
    expect((await ask(reader)).status).toBe(403)
    expect(await eventsOf(owner, 'approval.opened')).toEqual([])
  })

  test('is found as it is after a crash between commit and answer', async () => {
    const owner = await anOrganization()
    const key = { idempotencyKey: unique('key') }
    const crashing = { ...owner.ctx, waitUntil: () => {} }
    const { row } = await requestApproval(crashing, aRequest(), key)
    const again = await requestApproval(owner.ctx, aRequest(), key)
    expect(again).toEqual({ row, isNew: false })
    expect(await eventsOf(owner, 'approval.opened')).toHaveLength(1)
  })
})

describe('withdrawing', () => {
  const withdraw = async (person: Person, id: string) =>
    post(`/api/v1/approvals/${id}/withdraw`, undefined, await person.authorization())

  test('ends the approval, once', async () => {
    const owner = await anOrganization()
    const { id } = await anAskedApproval(owner)
    for (const answer of [await withdraw(owner, id), await withdraw(owner, id)]) {
      expect(answer.status).toBe(200)
      expect(await answer.json()).toMatchObject({ state: 'expired', stateReason: 'withdrawn' })
    }
    expect(await eventsOf(owner, 'approval.withdrawn')).toMatchObject([{ target: id }])
  })

  test('is for who asked, and not found by strangers', async () => {
    const owner = await anOrganization()
    const colleague = await aMember(owner.organizationId, 'admin')
    const stranger = await anOrganization()
    const { id } = await anAskedApproval(owner)
    expect((await withdraw(colleague, id)).status).toBe(403)
    expect((await withdraw(stranger, id)).status).toBe(404)
    const gateways = await aPendingApproval(owner.ctx)
    expect((await withdraw(owner, gateways.id)).status).toBe(403)
    expect((await showApproval(owner.ctx, id)).state).toBe('pending')
  })

  test('comes too late for a decision', async () => {
    const owner = await anOrganization()
    const approver = await aMember(owner.organizationId, 'approver')
    const { id } = await anAskedApproval(owner)
    await post(`/api/v1/approvals/${id}/reject`, { reason: 'no' }, await approver.authorization())
    const answer = await withdraw(owner, id)
    expect([answer.status, await codeOf(answer)]).toEqual([409, 'already_decided'])
    expect((await showApproval(owner.ctx, id)).state).not.toBe('expired')
    expect(await eventsOf(owner, 'approval.withdrawn')).toEqual([])
  })
})

describe('polling', () => {
  test('delivers the decision to who asked, once, and to nobody else', async () => {
    const owner = await anOrganization()
    const approver = await aMember(owner.organizationId, 'approver')
    const { id } = await anAskedApproval(owner)
    await show(owner, id)
    await post(`/api/v1/approvals/${id}/reject`, { reason: 'no' }, await approver.authorization())
    await show(approver, id)
    expect((await showApproval(owner.ctx, id)).state).toBe('decided')
    expect((await show(owner, id)).decision).toMatchObject({ outcome: 'reject', reason: 'no' })
    await vi.waitFor(async () => expect((await showApproval(owner.ctx, id)).state).toBe('delivered'), 20_000)
    await show(owner, id)
    await vi.waitFor(async () => expect(await eventsOf(owner, 'approval.delivered')).toHaveLength(1), 20_000)
  })
})

describe('the context of an approval', () => {
  test('tells how the same pattern was decided, and what led to it', async () => {
    const owner = await anOrganization()
    const approver = await aMember(owner.organizationId, 'approver')
    const asked = await Promise.all(
      ['a', 'b', 'c', 'd'].map((name) => anAskedApproval(owner, { command: `git push --force ${name}` })),
    )
    const [first, second, , last] = asked
    if (!first || !second || !last) throw new Error('four were asked')
    await anAskedApproval(owner, { command: 'git push other' })
    await post(`/api/v1/approvals/${first.id}/approve`, {}, await approver.authorization())
    await post(`/api/v1/approvals/${second.id}/reject`, {}, await approver.authorization())
    const answer = await call(`/api/v1/approvals/${last.id}/context`, { headers: await approver.authorization() })
    const context = ApprovalContext.parse(await answer.json())
    expect(context.precedent).toEqual({
      allowed: 1,
      refused: 1,
      undecided: 1,
      last: { approvalId: second.id, outcome: 'reject', byName: 'Person approver', at: expect.any(String) },
    })
    const stranger = await anOrganization()
    const theirs = await call(`/api/v1/approvals/${last.id}/context`, { headers: await stranger.authorization() })
    expect(theirs.status).toBe(404)
  })
})
