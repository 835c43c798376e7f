import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { describe, expect, test, vi } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import { ListApprovals } from '../../../worker/features/approvals/contract.ts'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { listApprovals } from '../../../worker/features/approvals/list.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import {
  aGatewayAgent,
  aGatewayApproval,
  aRoster,
  requested,
  resolved,
  runEnded,
  stillPending,
  unique,
} from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'
import { withRules } from '../../support/requests.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const connector = await aConnector(owner.ctx)
  const link = await Link.welcome(connector.token)
  const approval = async () => {
    const { items } = await listApprovals(owner.ctx, ListApprovals.parse({}))
    const [newest] = items
    if (!newest) throw new Error('no approval')
    return newest
  }
  const reaches = (state: string) =>
    vi.waitFor(async () => expect((await approval()).state).toBe(state), { timeout: 20_000, interval: 20 })
  /** Types of the sequence, as soon as the awaited one is there. */
  const eventsWith = (type: string) =>
    vi.waitFor(
      async () => {
        const types = (await checkAuditLog(owner.organizationId)).map((entry) => entry.type)
        expect(types).toContain(type)
        return types.filter((each) => each.startsWith('approval.'))
      },
      { timeout: 20_000, interval: 20 },
    )
  const queued = () =>
    runInDurableObject(connector.session, (_: ConnectorSession, { storage }) =>
      storage.sql.exec<{ id: string; body: string }>('SELECT id, body FROM commands').toArray(),
    )
  return { ...owner, connector, link, approval, reaches, eventsWith, queued }
}

describe('what a rule answers', () => {
  test('goes out behind the event that asked, and is delivered and confirmed like any decision', async () => {
    const { ctx, link, approval, reaches, eventsWith } = await aWorld()
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'allow' } })
    const request = aGatewayApproval()
    await link.report(requested(request))
    const command = await link.next('command')
    const { id } = await approval()
    expect(command).toMatchObject({ id, params: { externalId: request.externalId, decision: 'allow-once' } })
    link.answer(id)
    await reaches('delivered')
    await link.report(resolved(request, 'allow-once', { command: request.command, cwd: request.cwd }))
    await reaches('confirmed')
    expect((await eventsWith('approval.confirmed')).sort()).toEqual(
      [
        'approval.requested',
        'approval.decided',
        'approval.delivered',
        'approval.resolved',
        'approval.confirmed',
      ].sort(),
    )
    link.close()
  })

  test('is one command however often the request is told, and over an eviction', async () => {
    const { ctx, link, connector, approval, queued } = await aWorld()
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'refuse', reason: '' } })
    const request = aGatewayApproval()
    const frame = await link.report(requested(request))
    link.send(frame)
    await evictDurableObject(connector.session)
    await link.report(stillPending(request))
    expect(await queued()).toMatchObject([{ id: (await approval()).id }])
    link.close()
  })

  test('that a crash kept from the queue is found when the request is told again', async () => {
    const { ctx, link, connector, approval, queued } = await aWorld()
    await withRules(ctx, 1, { condition: 'true', outcome: { kind: 'allow' } })
    const frame = await link.report(requested(aGatewayApproval()))
    await runInDurableObject(connector.session, (_: ConnectorSession, { storage }) => {
      storage.sql.exec('DELETE FROM commands')
    })
    link.send(frame)
    await vi.waitFor(async () => expect(await queued()).toMatchObject([{ id: (await approval()).id }]), 20_000)
    link.close()
  })
})

describe('what is not what was shown', () => {
  test('replaces an allow that waits by a deny', async () => {
    const { ctx, link, approval, queued, reaches, eventsWith } = await aWorld()
    const request = aGatewayApproval()
    await link.report(requested(request))
    const { id } = await approval()
    await decideApproval(ctx, id, { outcome: 'allow_once' })
    await link.next('command')
    await link.report(stillPending({ ...request, command: 'uname -a; rm -rf /' }))
    expect(await link.next('command', 2)).toMatchObject({ id, params: { decision: 'deny' } })
    const [waiting, ...more] = await queued()
    expect(more).toEqual([])
    expect(waiting?.body).toContain('"decision":"deny"')
    await reaches('undeliverable')
    expect((await approval()).stateReason).toBe('mismatch')
    expect(await eventsWith('approval.mismatched')).toContain('approval.mismatched')
    link.answer(id)
    await vi.waitFor(async () => expect(await queued()).toEqual([]), 20_000)
    expect((await approval()).state).toBe('undeliverable')
    link.close()
  })

  test.each([
    ['command', { command: 'uname -r', cwd: '/tmp' }],
    ['directory', { command: 'uname -a', cwd: '/' }],
  ])('by its %s, in what the gateway says it decided, voids the decision', async (_, subject) => {
    const { ctx, link, approval, reaches, eventsWith } = await aWorld()
    const request = aGatewayApproval()
    await link.report(requested(request))
    const { id } = await approval()
    await decideApproval(ctx, id, { outcome: 'allow_once' })
    const frame = await link.report(resolved(request, 'allow-once', subject))
    link.send(frame)
    await reaches('undeliverable')
    expect((await approval()).stateReason).toBe('mismatch')
    const events = await eventsWith('approval.mismatched')
    expect(events.filter((type) => type === 'approval.mismatched')).toHaveLength(1)
    expect(events).not.toContain('approval.confirmed')
    link.close()
  })
})

test('an allow-always that is a grant of ours reaches the gateway as allow-once, and is confirmed by it', async () => {
  const { ctx, link, approval, reaches } = await aWorld()
  const request = aGatewayApproval()
  await link.report(requested(request))
  const { id, command } = await approval()
  const pattern = {
    source: 'openclaw.exec' as const,
    action: 'exec',
    agentId: null,
    connectorId: null,
    command,
    words: null,
    cwd: null,
    arguments: null,
    riskMax: 'low' as const,
  }
  const grant = { pattern, expiresInMs: 60_000, usesMax: null, atGateway: false }
  await decideApproval(ctx, id, { outcome: 'allow_always', grant })
  expect(await link.next('command')).toMatchObject({ id, params: { decision: 'allow-once' } })
  await link.report(resolved(request, 'allow-once'))
  await reaches('confirmed')
  expect((await approval()).decision?.outcome).toBe('allow_always')
  const alike = aGatewayApproval()
  await link.report(requested(alike))
  expect(await link.next('command', 2)).toMatchObject({ params: { externalId: alike.externalId } })
  expect((await approval()).decision?.by.kind).toBe('grant')
  link.close()
})

test('one that the gateway is to remember reaches it as allow-always', async () => {
  const { ctx, link, approval } = await aWorld()
  await link.report(requested(aGatewayApproval()))
  const { id, command } = await approval()
  const pattern = {
    source: 'openclaw.exec' as const,
    action: 'exec',
    agentId: null,
    connectorId: null,
    command,
    words: null,
    cwd: null,
    arguments: null,
    riskMax: 'low' as const,
  }
  const grant = { pattern, expiresInMs: 60_000, usesMax: null, atGateway: true }
  await decideApproval(ctx, id, { outcome: 'allow_always', grant })
  expect(await link.next('command')).toMatchObject({ id, params: { decision: 'allow-always' } })
  link.close()
  await link.closing()
})

describe('the cost estimate', () => {
  test('is the median of the agent’s last runs with a price, over an eviction, and told twice counts once', async () => {
    const { link, approval, connector } = await aWorld()
    await link.report(aRoster(aGatewayAgent('main'), aGatewayAgent('other')))
    await link.report(requested(aGatewayApproval()))
    expect((await approval()).costEstimate).toBeNull()
    const runs = [900, 100, 500].map((cost, index) => runEnded('main', `run-${index}`, cost))
    const frame = await link.report(...runs, runEnded('main', 'unpriced'), runEnded('other', 'theirs', 7))
    link.send(frame)
    await evictDurableObject(connector.session)
    await link.report(requested(aGatewayApproval()))
    expect((await approval()).costEstimate).toEqual({
      amountMicroUsd: 500,
      currency: 'USD',
      basis: 'agent_usage',
      samples: 3,
    })
    await link.report(requested(aGatewayApproval({ agent: 'other' })))
    expect((await approval()).costEstimate).toMatchObject({ amountMicroUsd: 7, samples: 1 })
    link.close()
  })

  test('looks at the last twenty runs', async () => {
    const { link, approval } = await aWorld()
    await link.report(aRoster(aGatewayAgent('main')))
    const at = (minute: number) => new Date(Date.now() - 3_600_000 + minute * 60_000).toISOString()
    const runs = Array.from({ length: 30 }, (_, index) => ({
      ...runEnded('main', unique('run'), index < 10 ? 1 : 100),
      at: at(index),
    }))
    await link.report(...runs)
    await link.report(requested(aGatewayApproval()))
    expect((await approval()).costEstimate).toMatchObject({ amountMicroUsd: 100, samples: 20 })
    link.close()
  })
})

test('half of a character in a command does not stop the intake', async () => {
  const { link, approval } = await aWorld()
  const event = { ...requested(aGatewayApproval({ command: 'echo HALF 😀' })), n: 1 }
  link.send(JSON.stringify({ kind: 'events', events: [event] }).replace('HALF', '\\ud83d'))
  await link.acknowledged(1)
  expect((await approval()).command).toBe('echo \ufffd 😀')
  link.close()
})
