import { evictDurableObject, runDurableObjectAlarm, runInDurableObject } from 'cloudflare:test'
import { afterEach, expect, test, vi } from 'vitest'
import type { ConnectorSession } from '../../../durable-objects/connector-session/connector-session.ts'
import { ListApprovals } from '../../../worker/features/approvals/contract.ts'
import { decideApproval } from '../../../worker/features/approvals/decision/decide.ts'
import { redeliverStranded } from '../../../worker/features/approvals/deliver.ts'
import { listApprovals, showApproval } from '../../../worker/features/approvals/list.ts'
import type { GatewayApproval } from '../../../worker/features/connectors/link/events/contract.ts'
import { removeConnector } from '../../../worker/features/connectors/remove.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aConnector, Link } from '../../support/connector-link.ts'
import { aGatewayApproval, requested, resolved, stillPending } from '../../support/gateway-events.ts'
import { anOrganization } from '../../support/organizations.ts'

const aWorld = async (facts: Partial<GatewayApproval> = {}) => {
  const owner = await anOrganization()
  const connector = await aConnector(owner.ctx)
  const link = await Link.welcome(connector.token)
  const request = aGatewayApproval(facts)
  await link.report(requested(request))
  const [approval] = (await listApprovals(owner.ctx, ListApprovals.parse({}))).items
  if (!approval) throw new Error('no approval')
  return { ...owner, connector, link, request, id: approval.id }
}
type World = Awaited<ReturnType<typeof aWorld>>
const reaches = ({ ctx, id }: World, state: string) =>
  vi.waitFor(async () => expect((await showApproval(ctx, id)).state).toBe(state), { timeout: 20_000, interval: 20 })
const happened = async ({ organizationId }: World, type: string) =>
  (await checkAuditLog(organizationId)).filter((entry) => entry.type === type).length
const queued = ({ connector }: World) =>
  runInDurableObject(connector.session, (_: ConnectorSession, { storage }) =>
    storage.sql.exec<{ id: string }>('SELECT id FROM commands').toArray(),
  )
const later = (ms: number) => {
  vi.useFakeTimers({ toFake: ['Date'] })
  vi.setSystemTime(Date.now() + ms)
}

afterEach(() => {
  vi.useRealTimers()
})

test('a decision goes out at once, is delivered by its answer and confirmed by the gateway', async () => {
  const world = await aWorld()
  const decided = await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
  expect(decided).toMatchObject({ state: 'decided', decision: { outcome: 'allow_once', by: { id: world.userId } } })
  const command = await world.link.next('command')
  expect(command).toMatchObject({
    id: world.id,
    command: 'approval.resolve',
    params: { externalId: world.request.externalId, source: 'openclaw.exec', decision: 'allow-once' },
  })
  world.link.answer(command.id)
  await reaches(world, 'delivered')
  world.link.answer(command.id)
  await world.link.report(resolved(world.request, 'allow-once'))
  await reaches(world, 'confirmed')
  expect(await happened(world, 'approval.decided')).toBe(1)
  expect(await happened(world, 'approval.delivered')).toBe(1)
  expect(await happened(world, 'approval.confirmed')).toBe(1)
  expect(await queued(world)).toEqual([])
  world.link.close()
})

test('a decision while the connector is away waits for its next hello, also over an eviction', async () => {
  const world = await aWorld()
  world.link.close()
  await world.link.closing()
  await decideApproval(world.ctx, world.id, { outcome: 'reject', reason: 'no' })
  await evictDurableObject(world.connector.session, { webSockets: 'close' })
  const again = await Link.welcome(world.connector.token)
  expect(await again.next('command')).toMatchObject({ id: world.id, params: { decision: 'deny' } })
  await evictDurableObject(world.connector.session)
  again.answer(world.id)
  await reaches(world, 'delivered')
  expect(await happened(world, 'approval.delivered')).toBe(1)
  again.close()
})

test('a decision whose hand-over was lost is found at the next hello and by the clock', async () => {
  const world = await aWorld()
  await decideApproval(world.ctx, world.id, { outcome: 'reject' })
  await world.link.next('command')
  const lose = () =>
    runInDurableObject(world.connector.session, (_: ConnectorSession, { storage }) => {
      storage.sql.exec('DELETE FROM commands')
    })
  await lose()
  const again = await Link.welcome(world.connector.token)
  expect((await again.next('command')).id).toBe(world.id)
  await lose()
  later(6_000)
  await redeliverStranded(world.ctx)
  expect((await again.next('command', 2)).id).toBe(world.id)
  await redeliverStranded(world.ctx)
  expect(await queued(world)).toEqual([{ id: world.id }])
  again.answer(world.id)
  await reaches(world, 'delivered')
  expect(await happened(world, 'approval.delivered')).toBe(1)
  again.close()
})

test('an unreachable gateway keeps the command, which goes out again when the gateway is back', async () => {
  const world = await aWorld()
  await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
  await world.link.next('command')
  world.link.answer(world.id, 'gateway_unreachable')
  world.link.send({ kind: 'gateway', connected: true, version: null, bootId: null, detail: null })
  await world.link.next('command', 2)
  expect((await showApproval(world.ctx, world.id)).state).toBe('decided')
  world.link.answer(world.id)
  await reaches(world, 'delivered')
  expect(await happened(world, 'approval.undeliverable')).toBe(0)
  world.link.close()
})

test.each(['read_only', 'not_found', 'gateway_refused', 'already_resolved'] as const)(
  'a refusal (%s) makes the decision undeliverable, with the reason, once',
  async (failure) => {
    const world = await aWorld()
    await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
    await world.link.next('command')
    world.link.answer(world.id, failure)
    world.link.answer(world.id, failure)
    await reaches(world, 'undeliverable')
    expect((await showApproval(world.ctx, world.id)).stateReason).toBe(failure)
    expect(await happened(world, 'approval.undeliverable')).toBe(1)
    world.link.close()
  },
)

test('a decision that the gateway turns out to hold is confirmed, whatever the answer had said', async () => {
  const world = await aWorld()
  await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
  await world.link.next('command')
  world.link.answer(world.id, 'already_resolved')
  await reaches(world, 'undeliverable')
  await world.link.report(resolved(world.request, 'allow-once'))
  await reaches(world, 'confirmed')
  await checkAuditLog(world.organizationId)
  world.link.close()
})

test('somebody decided otherwise at the gateway first: ours is undeliverable and says so', async () => {
  const world = await aWorld()
  await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
  await world.link.report(resolved(world.request, 'deny'))
  await reaches(world, 'undeliverable')
  expect((await showApproval(world.ctx, world.id)).stateReason).toBe('decided_at_gateway')
  expect(await happened(world, 'approval.undeliverable')).toBe(1)
  world.link.close()
})

test('a deadline that passes makes the decision undeliverable, and the command goes nowhere any more', async () => {
  const world = await aWorld({ expiresAt: new Date(Date.now() + 60_000).toISOString() })
  world.link.close()
  await world.link.closing()
  await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
  later(60_001)
  await runDurableObjectAlarm(world.connector.session)
  await reaches(world, 'undeliverable')
  expect(await happened(world, 'approval.undeliverable')).toBe(1)
  const again = await Link.welcome(world.connector.token)
  await again.report(stillPending())
  expect(again.frames.filter((frame) => frame.kind === 'command')).toEqual([])
  expect(await queued(world)).toEqual([])
  again.close()
})

test('a delivered decision that the gateway has forgotten is confirmed by its absence', async () => {
  const world = await aWorld()
  await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
  world.link.answer((await world.link.next('command')).id)
  await reaches(world, 'delivered')
  await world.link.report(stillPending())
  await reaches(world, 'confirmed')
  expect(await happened(world, 'approval.confirmed')).toBe(1)
  world.link.close()
})

test('an answer to a command that nobody sent changes nothing', async () => {
  const world = await aWorld()
  world.link.answer(world.id)
  world.link.answer('cmd_unknown', 'expired')
  await world.link.report(stillPending(world.request))
  expect((await showApproval(world.ctx, world.id)).state).toBe('pending')
  expect(world.link.closed).toBeNull()
  world.link.close()
})

test('removing the connector closes what it asked, each with its event', async () => {
  const world = await aWorld()
  const second = aGatewayApproval()
  await world.link.report(requested(second))
  await decideApproval(world.ctx, world.id, { outcome: 'allow_once' })
  await removeConnector(world.ctx, world.connector.id)
  const all = (await listApprovals(world.ctx, ListApprovals.parse({}))).items
  expect(all.map(({ state, stateReason }) => `${state} ${stateReason}`).sort()).toEqual([
    'expired connector_removed',
    'undeliverable connector_removed',
  ])
  expect(await happened(world, 'approval.expired')).toBe(1)
  expect(await happened(world, 'approval.undeliverable')).toBe(1)
  expect(await queued(world)).toEqual([])
})
