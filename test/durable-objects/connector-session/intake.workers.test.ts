import { evictDurableObject, runInDurableObject } from 'cloudflare:test'
import { and, eq } from 'drizzle-orm'
import { describe, expect, test, vi } from 'vitest'
import type { AuditLog } from '../../../durable-objects/audit-log/audit-log.ts'
import { ListAgents } from '../../../worker/features/agents/contract.ts'
import { listAgents } from '../../../worker/features/agents/list.ts'
import { ListApprovals } from '../../../worker/features/approvals/contract.ts'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { listApprovals, showApproval } from '../../../worker/features/approvals/list.ts'
import { approvals } from '../../../worker/features/approvals/schema.ts'
import { checkAuditLog, readSequence } from '../../support/check-audit-log.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import {
  aGatewayAgent,
  aGatewayApproval,
  aRoster,
  gatewayRestarted,
  requested,
  resolved,
  runEnded,
  runStarted,
  stillPending,
  toolStarted,
} from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const connector = await aConnector(owner.ctx)
  const link = await Link.welcome(connector.token)
  return { ...owner, connector, link }
}
type World = Awaited<ReturnType<typeof aWorld>>
const agentsOf = async ({ ctx }: World) => (await listAgents(ctx, ListAgents.parse({}))).items
const approvalsOf = async ({ ctx }: World) => (await listApprovals(ctx, ListApprovals.parse({}))).items
const reported = async ({ organizationId }: World) =>
  (await readSequence(organizationId)).filter((entry) => !entry.type.startsWith('connector.'))

describe('events', () => {
  test('are acknowledged once they are in the sequence, in their order', async () => {
    const world = await aWorld()
    await world.link.report(toolStarted('one'), toolStarted('two'))
    await world.link.report(toolStarted('three'))
    expect((await reported(world)).map((entry) => entry.payload.title)).toEqual(['one', 'two', 'three'])
    expect(world.link.frames.filter((frame) => frame.kind === 'ack')).toMatchObject([{ through: 2 }, { through: 3 }])
    await checkAuditLog(world.organizationId)
    world.link.close()
  })

  test('that cannot be stored are not acknowledged, and a resend over a fresh link brings them in', async () => {
    const world = await aWorld()
    const log = world.ctx.env.AUDIT_LOG.get(world.ctx.env.AUDIT_LOG.idFromName(world.organizationId))
    await runInDurableObject(log, (_: AuditLog, { storage }) => storage.sql.exec('ALTER TABLE segments RENAME TO away'))
    const frame = world.link.tell(toolStarted('kept'))
    world.link.tell(toolStarted('behind'))
    expect((await world.link.closing()).code).toBe(1013)
    expect(world.link.frames.filter((each) => each.kind === 'ack')).toEqual([])
    await runInDurableObject(log, (_: AuditLog, { storage }) => storage.sql.exec('ALTER TABLE away RENAME TO segments'))
    const again = await Link.welcome(world.connector.token)
    again.send(frame)
    await again.acknowledged(1)
    expect((await reported(world)).map((entry) => entry.payload.title)).toEqual(['kept'])
    await checkAuditLog(world.organizationId)
    again.close()
  })

  test('told again after a lost acknowledgement, over another link or under another number, are one', async () => {
    const world = await aWorld()
    const once = toolStarted('once')
    const frame = await world.link.report(once, toolStarted('other'))
    world.link.send(frame)
    await vi.waitFor(() => expect(world.link.frames.filter((each) => each.kind === 'ack')).toHaveLength(2), 20_000)
    const again = await Link.welcome(world.connector.token)
    again.send(frame)
    await again.acknowledged(2)
    again.send({ kind: 'events', events: [{ ...once, n: 40 }] })
    await again.acknowledged(40)
    expect(await reported(world)).toHaveLength(2)
    await checkAuditLog(world.organizationId)
    again.close()
  })

  test('of the same key from two connectors are two', async () => {
    const world = await aWorld()
    const second = await aConnector(world.ctx)
    const link = await Link.welcome(second.token)
    const same = toolStarted()
    await world.link.report(same)
    await link.report(same)
    expect(await reported(world)).toHaveLength(2)
    await checkAuditLog(world.organizationId)
    world.link.close()
    link.close()
  })

  test('a full frame of a hundred goes in at once', async () => {
    const world = await aWorld()
    await world.link.report(...Array.from({ length: 100 }, (_, index) => toolStarted(`${index}`)))
    expect((await reported(world)).map((entry) => entry.payload.title)).toEqual(
      Array.from({ length: 100 }, (_, i) => `${i}`),
    )
    await checkAuditLog(world.organizationId)
    world.link.close()
  })

  test('frames in a row are taken in their order, whatever each one costs', async () => {
    const world = await aWorld()
    world.link.tell(aRoster(aGatewayAgent('main')))
    world.link.tell(toolStarted('a'))
    world.link.tell(aRoster(aGatewayAgent('main'), aGatewayAgent('second')))
    world.link.tell(toolStarted('b', 'second'))
    await world.link.acknowledged(4)
    const entries = (await reported(world)).filter((entry) => !entry.type.startsWith('agent.'))
    expect(entries.map((entry) => entry.type)).toEqual([
      'gateway.roster',
      'tool.started',
      'gateway.roster',
      'tool.started',
    ])
    const second = (await agentsOf(world)).find((agent) => agent.externalId === 'second')
    expect(entries[3]?.agentId).toBe(second?.id)
    await checkAuditLog(world.organizationId)
    world.link.close()
  })

  test('carry no secret into the sequence', async () => {
    const world = await aWorld()
    const secret = 'hunter2-very-secret'
    await world.link.report(
      toolStarted(`curl -H "Authorization: Bearer ${secret}" https://user:${secret}@example.test/?token=${secret}`),
      requested(aGatewayApproval({ command: `deploy --password ${secret}` })),
    )
    await checkAuditLog(world.organizationId, [secret])
    world.link.close()
  })

  test('survive eviction between any two frames', async () => {
    const world = await aWorld()
    const { session } = world.connector
    await evictDurableObject(session)
    await world.link.report(aRoster(aGatewayAgent('main')))
    await evictDurableObject(session)
    await world.link.report(runStarted('main', 'r1'), toolStarted())
    await evictDurableObject(session)
    expect((await agentsOf(world))[0]).toMatchObject({ activity: 'running' })
    await world.link.report(runEnded('main', 'r1'))
    await evictDurableObject(session, { webSockets: 'close' })
    const again = await Link.welcome(world.connector.token)
    await again.report(toolStarted())
    expect((await agentsOf(world))[0]).toMatchObject({ activity: 'idle' })
    await checkAuditLog(world.organizationId)
    again.close()
  })
})

describe('the roster', () => {
  test('discovers, changes and removes agents, each with one event', async () => {
    const world = await aWorld()
    const kinds = async () =>
      (await readSequence(world.organizationId)).map((entry) => entry.type).filter((type) => type.startsWith('agent.'))
    const roster = aRoster(aGatewayAgent('main', { isDefault: true }), aGatewayAgent('helper'))
    const frame = await world.link.report(roster)
    expect((await agentsOf(world)).map((agent) => agent.externalId).sort()).toEqual(['helper', 'main'])
    expect(await kinds()).toEqual(['agent.discovered', 'agent.discovered'])
    world.link.send(frame)
    await world.link.report(aRoster(aGatewayAgent('main', { isDefault: true }), aGatewayAgent('helper')))
    expect(await kinds()).toHaveLength(2)
    await world.link.report(aRoster(aGatewayAgent('main', { isDefault: true, model: 'other' })))
    expect((await kinds()).slice(2)).toEqual(['agent.changed', 'agent.removed'])
    await world.link.report(
      aRoster(aGatewayAgent('main', { isDefault: true, model: 'other' }), aGatewayAgent('helper')),
    )
    expect((await kinds()).slice(4)).toEqual(['agent.changed'])
    expect((await agentsOf(world)).map((agent) => agent.state)).toEqual(['active', 'active'])
    const entries = await checkAuditLog(world.organizationId)
    expect(entries.findLast((entry) => entry.type === 'agent.changed')?.payload).toEqual({ fields: ['state'] })
    world.link.close()
  })

  test('of many agents comes in whole, and all of them were seen', async () => {
    const world = await aWorld()
    const many = Array.from({ length: 230 }, (_, index) => aGatewayAgent(`agent-${index}`))
    await world.link.report(aRoster(...many))
    const first = await world.ctx.env.DB.prepare(
      'SELECT count(*) AS agents, min(last_seen_at) AS seen FROM agents WHERE connector_id = ?',
    )
      .bind(world.connector.id)
      .first<{ agents: number; seen: number }>()
    expect(first?.agents).toBe(230)
    const entries = await checkAuditLog(world.organizationId)
    expect(entries.filter((entry) => entry.type === 'agent.discovered')).toHaveLength(230)
    world.link.close()
  })

  test('that names an agent twice has it once', async () => {
    const world = await aWorld()
    await world.link.report(aRoster(aGatewayAgent('main'), aGatewayAgent('main', { name: 'again' })))
    expect(await agentsOf(world)).toHaveLength(1)
    await checkAuditLog(world.organizationId)
    world.link.close()
  })
})

describe('runs', () => {
  test('make an agent run until they end, however often and late their start is told', async () => {
    const world = await aWorld()
    await world.link.report(aRoster(aGatewayAgent('main')))
    const activity = async () => (await agentsOf(world))[0]?.activity
    const start = runStarted('main', 'r1')
    await world.link.report(start, runStarted('main', 'r2'))
    await world.link.report(start)
    expect(await activity()).toBe('running')
    await world.link.report(runEnded('main', 'r1'))
    expect(await activity()).toBe('running')
    await world.link.report(runEnded('main', 'r2'))
    expect(await activity()).toBe('idle')
    await world.link.report(start)
    expect(await activity()).toBe('idle')
    await world.link.report(runStarted('main', 'r3'), gatewayRestarted())
    expect(await activity()).toBe('idle')
    await checkAuditLog(world.organizationId)
    world.link.close()
  })

  test('hang together by their trace', async () => {
    const world = await aWorld()
    const runId = crypto.randomUUID()
    const request = aGatewayApproval({ runId })
    await world.link.report(
      runStarted('main', runId),
      requested(request),
      resolved(request, 'deny'),
      runEnded('main', runId),
    )
    const traces = (await reported(world)).map((entry) => entry.traceId)
    expect(new Set(traces)).toEqual(new Set([runId.replaceAll('-', '')]))
    world.link.close()
  })
})

describe('approvals', () => {
  test('a request becomes one approval with risk and digest, and its event points at it', async () => {
    const world = await aWorld()
    await world.link.report(aRoster(aGatewayAgent('main')))
    const request = aGatewayApproval({ command: 'rm -rf /srv/data' })
    const frame = await world.link.report(requested(request))
    world.link.send(frame)
    await world.link.report(stillPending(request))
    const [approval, ...more] = await approvalsOf(world)
    expect(more).toEqual([])
    expect(approval).toMatchObject({
      state: 'pending',
      risk: 'critical',
      command: 'rm -rf /srv/data',
      allowedOutcomes: ['allow_once', 'allow_always', 'reject'],
      agentName: 'main',
      connectorName: 'Probe',
    })
    expect(approval?.digest).toMatch(/^[0-9a-f]{64}$/)
    const event = (await checkAuditLog(world.organizationId)).find((entry) => entry.type === 'approval.requested')
    expect(event).toMatchObject({ target: approval?.id, risk: 'critical', agentId: approval?.agentId })
    expect((await agentsOf(world))[0]?.activity).toBe('waiting')
    world.link.close()
  })

  test('decided before the intake has told the request, which then dies: the decision stands behind it all the same', async () => {
    const world = await aWorld()
    const log = world.ctx.env.AUDIT_LOG.get(world.ctx.env.AUDIT_LOG.idFromName(world.organizationId))
    await runInDurableObject(log, (_: AuditLog, { storage }) => storage.sql.exec('ALTER TABLE segments RENAME TO away'))
    const frame = world.link.tell(requested(aGatewayApproval({ agent: null })))
    expect((await world.link.closing()).code).toBe(1013)
    const [approval] = await world.ctx.db
      .select()
      .from(approvals)
      .where(eq(approvals.organizationId, world.organizationId))
    await decideApproval(world.ctx, approval?.id ?? '', { outcome: 'allow_once' })
    await runInDurableObject(log, (_: AuditLog, { storage }) => storage.sql.exec('ALTER TABLE away RENAME TO segments'))
    const told = async () =>
      (await checkAuditLog(world.organizationId))
        .filter(({ type }) => type.startsWith('approval.'))
        .map(({ type, target, actor }) => ({ type, target, by: actor.kind }))
    const inOrder = [
      { type: 'approval.requested', target: approval?.id, by: 'connector' },
      { type: 'approval.decided', target: approval?.id, by: 'member' },
    ]
    expect(await told()).toEqual(inOrder)
    // The connector was never told that the request had come in, so it tells it once more.
    const again = await Link.welcome(world.connector.token)
    again.send(frame)
    await again.acknowledged(1)
    expect(await told()).toEqual(inOrder)
    again.close()
  })

  test('decided by whoever is quickest while a frame of requests comes in: each decision stands behind its request', async () => {
    const world = await aWorld()
    const many = Array.from({ length: 30 }, () => aGatewayApproval())
    const decided = new Set<string>()
    const decide = async () => {
      while (decided.size < many.length) {
        const pending = await world.ctx.db
          .select({ id: approvals.id })
          .from(approvals)
          .where(and(eq(approvals.organizationId, world.organizationId), eq(approvals.state, 'pending')))
        for (const { id } of pending) {
          await decideApproval(world.ctx, id, { outcome: 'reject' })
          decided.add(id)
        }
      }
    }
    await Promise.all([decide(), world.link.report(...many.map(requested))])
    const told = (await checkAuditLog(world.organizationId)).filter(({ type }) => /^approval.(req|dec)/.test(type))
    expect(told).toHaveLength(2 * many.length)
    for (const id of decided)
      expect(told.filter(({ target }) => target === id).map(({ type }) => type)).toEqual([
        'approval.requested',
        'approval.decided',
      ])
    world.link.close()
  }, 60_000)

  test('decided at the gateway: it stands, and the event in a later frame points at the approval', async () => {
    const world = await aWorld()
    const request = aGatewayApproval()
    await world.link.report(requested(request))
    const frame = await world.link.report(resolved(request, 'allow-always'))
    world.link.send(frame)
    await world.link.report(toolStarted())
    const [approval] = await approvalsOf(world)
    expect(approval).toMatchObject({
      state: 'confirmed',
      decision: { outcome: 'allow_always', by: { kind: 'gateway' } },
    })
    const entries = await checkAuditLog(world.organizationId)
    expect(entries.filter((entry) => entry.type === 'approval.confirmed')).toHaveLength(1)
    expect(entries.find((entry) => entry.type === 'approval.resolved')?.target).toBe(approval?.id)
    world.link.close()
  })

  test('found only by reconciliation is opened with its own event', async () => {
    const world = await aWorld()
    const request = aGatewayApproval()
    const frame = await world.link.report(stillPending(request))
    world.link.send(frame)
    await world.link.report(requested(request))
    expect(await approvalsOf(world)).toHaveLength(1)
    const entries = await checkAuditLog(world.organizationId)
    expect(entries.filter((entry) => entry.type === 'approval.opened')).toHaveLength(1)
    world.link.close()
  })

  test('that the gateway does not wait for any more is closed and says so', async () => {
    const world = await aWorld()
    const [gone, still] = [aGatewayApproval(), aGatewayApproval()]
    await world.link.report(requested(gone), requested(still))
    const frame = await world.link.report(stillPending(still))
    world.link.send(frame)
    await world.link.report(stillPending(still))
    const stored = await world.ctx.db.select().from(approvals).where(eq(approvals.organizationId, world.organizationId))
    expect(stored.map(({ externalId, state, stateReason }) => ({ externalId, state, stateReason }))).toEqual([
      { externalId: gone.externalId, state: 'expired', stateReason: 'gateway_no_longer_waits' },
      { externalId: still.externalId, state: 'pending', stateReason: null },
    ])
    const entries = await checkAuditLog(world.organizationId)
    expect(entries.filter((entry) => entry.type === 'approval.expired')).toHaveLength(1)
    world.link.close()
  })

  test('asked after the list was made is left alone by it', async () => {
    const world = await aWorld()
    const request = aGatewayApproval({ requestedAt: new Date(Date.now() + 5_000).toISOString() })
    await world.link.report(requested(request))
    await world.link.report(stillPending())
    expect((await approvalsOf(world))[0]?.state).toBe('pending')
    world.link.close()
  })

  test('closed as forgotten, and then told as decided at the gateway, is confirmed: the gateway has the last word', async () => {
    const world = await aWorld()
    const request = aGatewayApproval()
    await world.link.report(requested(request))
    await world.link.report(stillPending())
    await world.link.report(resolved(request, 'allow-once'))
    const [approval] = await approvalsOf(world)
    expect(approval).toMatchObject({ state: 'confirmed', stateReason: null, decision: { outcome: 'allow_once' } })
    expect(await showApproval(world.ctx, approval?.id ?? '')).toEqual(approval)
    await checkAuditLog(world.organizationId)
    world.link.close()
  })
})
