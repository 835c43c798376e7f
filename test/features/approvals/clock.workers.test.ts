import { runInDurableObject } from 'cloudflare:test'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { approvalsDue, expireDueApprovals } from '../../../worker/features/approvals/due/due.ts'
import { showApproval } from '../../../worker/features/approvals/list.ts'
import { requestApproval } from '../../../worker/features/approvals/request.ts'
import { drainAudit } from '../../../worker/features/audit/drain.ts'
import type { GatewayApproval } from '../../../worker/features/connectors/link/events/contract.ts'
import { defaultAsk } from '../../../worker/features/rules/contract.ts'
import type { OrganizationContext } from '../../../worker/platform/context.ts'
import { aPendingApproval } from '../../support/approvals.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { sessionOf } from '../../support/connector-link.ts'
import { unique } from '../../support/gateway-events.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'
import { aRequest, withRules } from '../../support/requests.ts'

const aWorld = async (ask: Partial<typeof defaultAsk> = {}) => {
  const owner = await anOrganization()
  const approver = await aMember(owner.organizationId, 'approver')
  const [rule] = await withRules(owner.ctx, 1, {
    condition: 'true',
    outcome: { kind: 'ask', ask: { ...defaultAsk, ...ask } },
  })
  const request = async (expiresInMs = 60_000) => {
    const { row } = await requestApproval(owner.ctx, aRequest({ expiresInMs }), { idempotencyKey: unique('key') })
    return row.id
  }
  const told = (facts: Partial<GatewayApproval> = {}) =>
    aPendingApproval(owner.ctx, { requestedAt: new Date().toISOString(), ...facts })
  const show = (id: string) => showApproval(owner.ctx, id)
  const events = async (type: string) => {
    await drainAudit(owner.ctx, owner.organizationId)
    return (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  }
  return { ...owner, approver, rule, request, told, show, events }
}

/** The world as it will be, for verbs that take the time from their context. */
const inMs = (ctx: OrganizationContext, ms: number): OrganizationContext => ({
  ...ctx,
  now: () => new Date(Date.now() + ms),
})

afterEach(() => {
  vi.useRealTimers()
})

describe('an approval that nobody decides', () => {
  test('expires, once, however many clocks go off', async () => {
    const { ctx, organizationId, request, show, events } = await aWorld()
    const id = await request()
    const tomorrow = inMs(ctx, 61_000)
    await Promise.all([
      approvalsDue(tomorrow, organizationId),
      approvalsDue(tomorrow, organizationId),
      expireDueApprovals(tomorrow),
    ])
    expect(await show(id)).toMatchObject({ state: 'expired', stateReason: 'deadline_passed', decision: null })
    expect(await events('approval.expired')).toMatchObject([{ target: id, actor: { kind: 'system', id: 'clock' } }])
  })

  test.each([
    ['refuse', 'reject'],
    ['allow', 'allow_once'],
  ] as const)('is decided by a rule that says %s on expiry, for whoever polls', async (onExpiry, outcome) => {
    const { ctx, organizationId, request, show, events, rule } = await aWorld({ onExpiry })
    const id = await request()
    const later = inMs(ctx, 61_000)
    await Promise.all([approvalsDue(later, organizationId), approvalsDue(later, organizationId)])
    expect(await show(id)).toMatchObject({
      state: 'decided',
      decision: { outcome, by: { kind: 'expiry', id: rule?.id, name: 'Rule 1' } },
    })
    expect(await events('approval.decided')).toMatchObject([{ payload: { by: 'expiry', outcome, ruleId: rule?.id } }])
  })

  test('is decided for the gateway while that still waits, and the command goes to its session', async () => {
    const { ctx, organizationId, told, show } = await aWorld({ onExpiry: 'refuse', expiresInMs: 30_000 })
    const { id, connectorId } = await told()
    await approvalsDue(inMs(ctx, 31_000), organizationId)
    expect(await show(id)).toMatchObject({ state: 'decided', decision: { outcome: 'reject', by: { kind: 'expiry' } } })
    const queued = await runInDurableObject(sessionOf(connectorId), (_: ConnectorSession, { storage }) =>
      storage.sql.exec<{ id: string; body: string }>('SELECT id, body FROM commands').toArray(),
    )
    expect(queued).toMatchObject([{ id }])
    expect(queued[0]?.body).toContain('"decision":"deny"')
  })

  test('is left to a gateway that has stopped waiting itself', async () => {
    const { ctx, organizationId, told, show, events } = await aWorld({ onExpiry: 'allow' })
    const { id } = await told({ expiresAt: new Date(Date.now() + 20_000).toISOString() })
    await approvalsDue(inMs(ctx, 21_000), organizationId)
    expect(await show(id)).toMatchObject({ state: 'expired', stateReason: 'deadline_passed' })
    expect(await events('approval.decided')).toEqual([])
  })

  test('is refused where the rule would allow what is not offered', async () => {
    const { ctx, organizationId, told, show } = await aWorld({ onExpiry: 'allow', expiresInMs: 30_000 })
    const { id } = await told({ allowedDecisions: ['deny'] })
    await approvalsDue(inMs(ctx, 31_000), organizationId)
    expect((await show(id)).decision?.outcome).toBe('reject')
  })

  test('racing a decision of a person has one decision', async () => {
    const { ctx, organizationId, request, show, events, approver } = await aWorld({ onExpiry: 'refuse' })
    const id = await request()
    const [decided] = await Promise.allSettled([
      decideApproval(approver.ctx, id, { outcome: 'allow_once' }),
      approvalsDue(inMs(ctx, 61_000), organizationId),
    ])
    const { decision } = await show(id)
    expect(decision?.outcome).toBe(decided.status === 'fulfilled' ? 'allow_once' : 'reject')
    expect(await events('approval.decided')).toHaveLength(1)
  })
})

describe('escalation', () => {
  const escalate = { afterMs: 20_000, to: { roles: ['admin' as const], members: [] } }

  test('comes when it is time, once, with its event', async () => {
    const { ctx, organizationId, request, show, events } = await aWorld({ escalate })
    const id = await request()
    const next = await approvalsDue(ctx, organizationId)
    expect(next).toBe(Date.parse((await show(id)).escalatesAt ?? ''))
    expect((await show(id)).escalatedAt).toBeNull()
    const later = inMs(ctx, 21_000)
    await Promise.all([approvalsDue(later, organizationId), expireDueApprovals(later)])
    expect((await show(id)).escalatedAt).not.toBeNull()
    expect(await events('approval.escalated')).toMatchObject([
      { target: id, payload: { roles: ['admin'], members: [] } },
    ])
    expect(await approvalsDue(later, organizationId)).toBe(Date.parse((await show(id)).expiresAt))
  })

  test('does not come for what is decided', async () => {
    const { ctx, organizationId, request, events, approver } = await aWorld({ escalate })
    const id = await request()
    await decideApproval(approver.ctx, id, { outcome: 'reject' })
    await approvalsDue(inMs(ctx, 21_000), organizationId)
    expect(await events('approval.escalated')).toEqual([])
  })
})

describe('a decision that nobody takes', () => {
  test('of a system that does not come back is given up a day after its deadline', async () => {
    const { ctx, organizationId, request, show, events, approver } = await aWorld()
    const id = await request()
    await decideApproval(approver.ctx, id, { outcome: 'allow_once' })
    await approvalsDue(inMs(ctx, 3_600_000), organizationId)
    expect((await show(id)).state).toBe('decided')
    await approvalsDue(inMs(ctx, 86_461_000), organizationId)
    await approvalsDue(inMs(ctx, 86_461_000), organizationId)
    expect(await show(id)).toMatchObject({ state: 'undeliverable', stateReason: 'not_collected' })
    expect(await events('approval.undeliverable')).toHaveLength(1)
  })

  test('of a gateway is given up when the gateway has', async () => {
    const { ctx, organizationId, told, show, approver } = await aWorld({ expiresInMs: 30_000 })
    const { id } = await told({ expiresAt: new Date(Date.now() + 40_000).toISOString() })
    await decideApproval(approver.ctx, id, { outcome: 'allow_once' })
    await approvalsDue(inMs(ctx, 31_000), organizationId)
    expect((await show(id)).state).toBe('decided')
    await approvalsDue(inMs(ctx, 41_000), organizationId)
    expect(await show(id)).toMatchObject({ state: 'undeliverable', stateReason: 'deadline_passed' })
  })
})

test('nothing ahead is nothing to wake for', async () => {
  const { ctx, organizationId } = await aWorld()
  expect(await approvalsDue(ctx, organizationId)).toBeNull()
})
