import { describe, expect, test } from 'vitest'
import { auditLog } from '../../../durable-objects/audit-log/stub.ts'
import { toldAs } from '../../../durable-objects/connector-session/to-audit.ts'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { showApproval } from '../../../worker/features/approvals/list.ts'
import { openApproval } from '../../../worker/features/approvals/open.ts'
import { requestApproval } from '../../../worker/features/approvals/request.ts'
import { approvals } from '../../../worker/features/approvals/schema.ts'
import { drainAudit } from '../../../worker/features/audit/drain.ts'
import type { GatewayApproval } from '../../../worker/features/connectors/link/events/contract.ts'
import { connectorContext } from '../../../worker/features/connectors/session.ts'
import type { GrantPattern } from '../../../worker/features/grants/contract.ts'
import { grants } from '../../../worker/features/grants/schema.ts'
import { ruleSets } from '../../../worker/features/rules/schema.ts'
import type { OrganizationContext } from '../../../worker/platform/context.ts'
import type { Risk } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aSilentConnector } from '../../support/approvals.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aGatewayApproval, unique } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'
import { anAsk, aRequest, withRules } from '../../support/requests.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const connectorId = await aSilentConnector(owner.ctx)
  const connector = connectorContext(owner.ctx, owner.organizationId, connectorId)
  const open = (facts: Partial<GatewayApproval> = {}, foundByReconciliation = false) =>
    openApproval(connector, connectorId, null, aGatewayApproval(facts), { foundByReconciliation })
  const events = async (type?: string) => {
    await drainAudit(owner.ctx, owner.organizationId)
    const entries = await checkAuditLog(owner.organizationId)
    return type === undefined ? entries : entries.filter((entry) => entry.type === type)
  }
  return { ...owner, connectorId, open, events }
}

const aGrant = async (ctx: OrganizationContext, pattern: Partial<GrantPattern>, usesMax: number | null = null) => {
  const id = newId('grn')
  const now = Date.now()
  await ctx.db.insert(grants).values({
    id,
    organizationId: ctx.organizationId,
    pattern: {
      source: 'openclaw.exec',
      action: 'exec',
      agentId: null,
      connectorId: null,
      command: null,
      words: null,
      cwd: null,
      arguments: null,
      riskMax: 'high',
      ...pattern,
    },
    createdByKind: 'member',
    createdById: ctx.actor.id,
    createdByName: 'Grace',
    createdAt: now,
    expiresAt: now + 60_000,
    usesMax,
  })
  const uses = async () => {
    const rows = await ctx.db.select().from(grants)
    return rows.find((row) => row.id === id)?.uses
  }
  return { id, uses }
}

describe('rules', () => {
  test('what is decided at once stands behind the request, though somebody drains before its teller has told it', async () => {
    const { ctx, organizationId, connectorId, events } = await aWorld()
    await withRules(ctx, 1, { condition: 'risk == "low"', outcome: { kind: 'allow' } })
    const payload = aGatewayApproval()
    const event = { n: 1, key: unique('requested'), at: new Date().toISOString() }
    const telling = (approval: { id: string; risk: Risk; traceId: string | null }) =>
      toldAs(
        { ...event, type: 'approval.requested', payload },
        {
          actor: { kind: 'connector', id: connectorId },
          agentIds: new Map(),
          approvals: new Map([[payload.externalId, approval]]),
        },
      )
    const connector = connectorContext(ctx, organizationId, connectorId)
    const how = { foundByReconciliation: false, requested: telling }
    const opened = await openApproval(connector, connectorId, null, payload, how)
    expect((await events()).map(({ type }) => type)).toEqual(['approval.requested', 'approval.decided'])
    await auditLog(ctx.env, organizationId).append([telling(opened)])
    expect(await events()).toMatchObject([
      { type: 'approval.requested', target: opened.id, connectorId, actor: { kind: 'connector', id: connectorId } },
      { type: 'approval.decided', target: opened.id },
    ])
  })

  test('allow at once: the decision is the rule’s, with its event and a command for the gateway', async () => {
    const { ctx, open, events } = await aWorld()
    const [rule] = await withRules(ctx, 1, { condition: 'risk == "low"', outcome: { kind: 'allow' } })
    const opened = await open()
    expect(opened.command).toMatchObject({ id: opened.id, params: { decision: 'allow-once' } })
    expect(await showApproval(ctx, opened.id)).toMatchObject({
      state: 'decided',
      ask: null,
      rule: { id: rule?.id, name: 'Rule 1' },
      ruleSetVersion: 1,
      decision: { outcome: 'allow_once', by: { kind: 'rule', id: rule?.id, name: 'Rule 1' } },
    })
    expect(await events()).toMatchObject([
      {
        type: 'approval.decided',
        target: opened.id,
        actor: { kind: 'system', id: rule?.id },
        payload: { by: 'rule', outcome: 'allow_once', ruleId: rule?.id, ruleSetVersion: 1, grantId: null },
      },
    ])
  })

  test('refuse at once, with their reason', async () => {
    const { ctx, open } = await aWorld()
    await withRules(ctx, 1, { condition: 'risk == "critical"', outcome: { kind: 'refuse', reason: 'never' } })
    const { id, command } = await open({ command: 'rm -rf /' })
    expect(command).toMatchObject({ params: { decision: 'deny' } })
    expect(await showApproval(ctx, id)).toMatchObject({ decision: { outcome: 'reject', reason: 'never' } })
    expect(await open()).toMatchObject({ command: null })
  })

  test('that allow what the gateway does not offer ask after all', async () => {
    const { ctx, open } = await aWorld()
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'allow' } })
    const { id, command } = await open({ allowedDecisions: ['deny'] })
    expect(command).toBeNull()
    expect(await showApproval(ctx, id)).toMatchObject({ state: 'pending', allowedOutcomes: ['reject'], ask: anAsk })
  })

  test('that cannot be evaluated refuse, and say so', async () => {
    const { ctx, open, events } = await aWorld()
    const [rule] = await withRules(ctx, 1, { condition: 'argv[7] == "x"', outcome: { kind: 'allow' } })
    const { id } = await open()
    expect((await showApproval(ctx, id)).decision).toMatchObject({ outcome: 'reject', by: { kind: 'rule' } })
    expect(await events('rule.failed')).toMatchObject([{ payload: { ruleId: rule?.id, approvalId: id } }])
  })

  test('ask with their own deadline and escalation, and never beyond the gateway’s', async () => {
    const { ctx, open } = await aWorld()
    const escalate = { afterMs: 20_000, to: { roles: ['owner' as const], members: [] } }
    const ask = { ...anAsk, expiresInMs: 60_000, escalate }
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'ask', ask } })
    const requestedAt = new Date().toISOString()
    const { id } = await open({ requestedAt })
    const at = Date.parse(requestedAt)
    const approval = await showApproval(ctx, id)
    expect([Date.parse(approval.expiresAt) - at, Date.parse(approval.escalatesAt ?? '') - at]).toEqual([60_000, 20_000])
    const soon = new Date(at + 15_000).toISOString()
    const short = await showApproval(ctx, (await open({ requestedAt, expiresAt: soon })).id)
    expect([short.expiresAt, short.escalatesAt]).toEqual([soon, null])
  })

  test('in the shadow only record what they would have done', async () => {
    const { ctx, open } = await aWorld()
    const [rule] = await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'allow' }, mode: 'shadow' })
    const approval = await showApproval(ctx, (await open()).id)
    expect(approval).toMatchObject({ state: 'pending', rule: null, ruleSetVersion: 1 })
    expect(approval.shadowed).toMatchObject([{ ruleId: rule?.id, outcome: 'allow' }])
  })

  test('of a newer version count from the next request on', async () => {
    const { ctx, open } = await aWorld()
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'allow' } })
    await open()
    await ctx.db.insert(ruleSets).values({
      organizationId: ctx.organizationId,
      version: 2,
      rules: [],
      note: '',
      changedByKind: 'member',
      changedById: '',
      changedByName: '',
      changedAt: Date.now(),
    })
    expect(await showApproval(ctx, (await open()).id)).toMatchObject({ state: 'pending', ruleSetVersion: 2 })
  })

  test('answer a request through the API in the same breath', async () => {
    const { ctx, events } = await aWorld()
    await withRules(ctx, 1, { condition: 'action == "deploy.release"', outcome: { kind: 'allow' } })
    const { row } = await requestApproval(ctx, aRequest(), { idempotencyKey: unique('key') })
    expect(row).toMatchObject({ state: 'decided', outcome: 'allow_once', decidedByKind: 'rule' })
    expect((await events()).map(({ type }) => type)).toEqual(['approval.opened', 'approval.decided'])
    expect((await events('approval.opened'))[0]?.payload).toMatchObject({ verdict: 'allow' })
  })
})

describe('grants', () => {
  test('made after a request was written at once answer the next one', async () => {
    const { ctx, open } = await aWorld()
    await open()
    expect(await showApproval(ctx, (await open(aGatewayApproval())).id)).toMatchObject({ state: 'pending' })
    const grant = await aGrant(ctx, { command: 'uname -a' })
    expect(await showApproval(ctx, (await open(aGatewayApproval())).id)).toMatchObject({ grantId: grant.id })
  })

  test('answer in place of a person, and every answer is a use', async () => {
    const { ctx, open, events } = await aWorld()
    const grant = await aGrant(ctx, { command: 'uname -a' })
    const request = aGatewayApproval()
    const opened = await open(request)
    expect(opened.command).toMatchObject({ params: { decision: 'allow-once' } })
    expect(await showApproval(ctx, opened.id)).toMatchObject({
      state: 'decided',
      ask: null,
      grantId: grant.id,
      decision: { outcome: 'allow_once', by: { kind: 'grant', id: grant.id, name: 'Grace' } },
    })
    expect(await open(request)).toEqual(opened)
    expect(await grant.uses()).toBe(1)
    expect(await events('approval.decided')).toMatchObject([{ payload: { by: 'grant', grantId: grant.id } }])
  })

  test('that are used up leave it to people, however many ask at once', async () => {
    const { ctx, open } = await aWorld()
    const grant = await aGrant(ctx, { command: 'uname -a' }, 3)
    const opened = await Promise.all(Array.from({ length: 10 }, () => open({ externalId: unique('race') })))
    expect(opened.filter(({ command }) => command !== null)).toHaveLength(3)
    expect(await grant.uses()).toBe(3)
    const states = await Promise.all(opened.map(async ({ id }) => (await showApproval(ctx, id)).state))
    expect(states.filter((state) => state === 'pending')).toHaveLength(7)
  })

  test('are used once by a request that is told ten times at once', async () => {
    const { ctx, open, events } = await aWorld()
    const grant = await aGrant(ctx, { command: 'uname -a' })
    const request = aGatewayApproval()
    const opened = await Promise.all(Array.from({ length: 10 }, () => open(request)))
    expect(new Set(opened.map(({ id }) => id)).size).toBe(1)
    expect(await grant.uses()).toBe(1)
    expect(await events('approval.decided')).toHaveLength(1)
  })

  test.each([
    ['a quorum of two', { groups: [{ roles: ['approver' as const], members: [], quorum: 2 }] }],
    ['a passkey', { passkey: true }],
    ['no grant', { grantable: false }],
  ])('do not answer where a rule asks for %s', async (_, facts) => {
    const { ctx, open } = await aWorld()
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'ask', ask: { ...anAsk, ...facts } } })
    const grant = await aGrant(ctx, { command: 'uname -a' })
    expect((await showApproval(ctx, (await open()).id)).state).toBe('pending')
    expect(await grant.uses()).toBe(0)
  })

  test('do not overrule a rule that refuses', async () => {
    const { ctx, open } = await aWorld()
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'refuse', reason: '' } })
    const grant = await aGrant(ctx, { command: 'uname -a' })
    expect((await showApproval(ctx, (await open()).id)).decision?.outcome).toBe('reject')
    expect(await grant.uses()).toBe(0)
  })
})

describe('a gateway’s request', () => {
  test('offers allow-always wherever allowing is offered, and remembers what the gateway offers', async () => {
    const { ctx, open } = await aWorld()
    const once = await open({ allowedDecisions: ['allow-once', 'deny'] })
    expect((await showApproval(ctx, once.id)).allowedOutcomes).toEqual(['allow_once', 'allow_always', 'reject'])
    const always = await open()
    const rows = await ctx.db.select().from(approvals)
    expect(rows.find(({ id }) => id === once.id)?.gatewayOffersAlways).toBe(false)
    expect(rows.find(({ id }) => id === always.id)?.gatewayOffersAlways).toBe(true)
  })

  test('of a tool is assessed by the tool and its arguments', async () => {
    const { ctx, open } = await aWorld()
    const { id } = await open({
      source: 'openclaw.plugin',
      tool: 'message.send',
      command: 'Send a message',
      arguments: { to: 'everyone' },
    })
    expect(await showApproval(ctx, id)).toMatchObject({
      source: 'openclaw.plugin',
      action: 'message.send',
      risk: 'high',
      reversibility: 'irreversible',
      impact: [{ kind: 'data_exposure', risk: 'high' }],
      arguments: { to: 'everyone' },
    })
  })

  test('told again with another content is closed, and the gateway is told to deny, as often as it takes', async () => {
    const { ctx, open, events } = await aWorld()
    const request = aGatewayApproval()
    const { id } = await open(request)
    const changed = { ...request, command: 'rm -rf /', requestedAt: request.requestedAt }
    for (const found of [false, true, false])
      expect(await open(changed, found)).toMatchObject({ id, command: { id, params: { decision: 'deny' } } })
    expect(await showApproval(ctx, id)).toMatchObject({ state: 'expired', stateReason: 'changed', command: 'uname -a' })
    expect(await events('approval.mismatched')).toMatchObject([
      { target: id, risk: 'high', payload: { shown: '{"command":"uname -a"}', found: '{"command":"rm -rf /"}' } },
    ])
    await expect(decideApproval(ctx, id, { outcome: 'allow_once' })).rejects.toMatchObject({ code: 'expired' })
  })

  test('told again with another content after a decision voids the decision', async () => {
    const { ctx, open, events } = await aWorld()
    const request = aGatewayApproval()
    const { id } = await open(request)
    await decideApproval(ctx, id, { outcome: 'allow_once' })
    const { command } = await open({ ...request, cwd: '/etc' })
    expect(command).toMatchObject({ id, params: { decision: 'deny' } })
    expect(await showApproval(ctx, id)).toMatchObject({ state: 'undeliverable', stateReason: 'mismatch' })
    expect(await events('approval.mismatched')).toHaveLength(1)
  })

  test('of which a plugin is silent the second time, or the first, is the same', async () => {
    const { ctx, open, events } = await aWorld()
    const spoken = { source: 'openclaw.plugin' as const, tool: 'write', arguments: { path: '/a' }, command: 'Write' }
    const silent = { ...spoken, tool: null, arguments: null }
    for (const [first, second] of [
      [spoken, silent],
      [silent, spoken],
    ]) {
      const externalId = unique('spoken')
      const told = await open({ ...first, externalId, host: 'gateway' })
      expect(await open({ ...second, externalId, host: 'gateway' })).toMatchObject({ id: told.id, command: null })
      expect((await showApproval(ctx, told.id)).state).toBe('pending')
      const other = { ...spoken, externalId, arguments: { path: '/b' } }
      const changed = await open(other)
      expect((await showApproval(ctx, told.id)).state).toBe(first === spoken ? 'expired' : 'pending')
      expect(changed.command === null).toBe(first === silent)
    }
    expect(await events('approval.mismatched')).toHaveLength(1)
  })

  test('by another agent, on another host or with another executable has changed', async () => {
    const { ctx, open } = await aWorld()
    for (const other of [{ agent: 'else' }, { host: 'node:1' }, { resolvedPath: '/tmp/uname' }]) {
      const request = aGatewayApproval()
      const { id } = await open(request)
      await open({ ...request, ...other })
      expect(await showApproval(ctx, id)).toMatchObject({ state: 'expired', stateReason: 'changed' })
    }
  })

  test('from another organization’s connector is another one', async () => {
    const [one, other] = [await aWorld(), await aWorld()]
    const request = aGatewayApproval()
    const opened = [await one.open(request), await other.open(request)]
    expect(opened[0]?.id).not.toBe(opened[1]?.id)
    await expect(showApproval(one.ctx, opened[1]?.id ?? '')).rejects.toMatchObject({ code: 'not_found' })
  })
})
