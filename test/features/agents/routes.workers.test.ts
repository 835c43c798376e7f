import { expect, test } from 'vitest'
import { applyRoster } from '../../../worker/features/agents/apply-roster.ts'
import { Agent } from '../../../worker/features/agents/contract.ts'
import { activityOf, changedFields } from '../../../worker/features/agents/rules.ts'
import type { GatewayAgent } from '../../../worker/features/connectors/link/events/contract.ts'
import { connectorContext } from '../../../worker/features/connectors/session.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { aSilentConnector } from '../../support/approvals.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aGatewayAgent } from '../../support/gateway-events.ts'
import { aMember, anOrganization, type Person } from '../../support/organizations.ts'

const path = '/api/v1/agents'
const aFleet = async (owner: Person, ...agents: GatewayAgent[]) => {
  const connectorId = await aSilentConnector(owner.ctx)
  await applyRoster(connectorContext(owner.ctx, owner.organizationId, connectorId), connectorId, agents)
  return connectorId
}
const listed = async (person: Person, query = '') => {
  const answer = await call(`${path}${query}`, { headers: await person.authorization() })
  expect(answer.status).toBe(200)
  return Page(Agent).parse(await answer.json())
}
const namesOf = async (person: Person, query: string) =>
  (await listed(person, query)).items.map((agent) => agent.name).sort()

test('agents are listed with their connector and shown one by one', async () => {
  const owner = await anOrganization()
  const connectorId = await aFleet(owner, aGatewayAgent('main', { name: 'Main', isDefault: true, workspace: '/srv' }))
  const viewer = await aMember(owner.organizationId, 'viewer')
  const { items } = await listed(viewer)
  expect(items).toMatchObject([
    {
      connectorId,
      connectorName: 'Silent',
      externalId: 'main',
      name: 'Main',
      isDefault: true,
      workspace: '/srv',
      state: 'active',
      activity: 'unknown',
      pendingApprovals: 0,
    },
  ])
  const shown = await call(`${path}/${items[0]?.id}`, { headers: await viewer.authorization() })
  expect(Agent.parse(await shown.json())).toEqual(items[0])
  await checkAuditLog(owner.organizationId)
})

test('filters find what they name, and wildcards are letters like others', async () => {
  const owner = await anOrganization()
  const first = await aFleet(
    owner,
    aGatewayAgent('alpha', { name: 'Alpha' }),
    aGatewayAgent('odd', { name: '100%_sure\\' }),
  )
  await aFleet(owner, aGatewayAgent('beta', { name: 'Beta' }))
  expect(await namesOf(owner, `?connectorId=${first}`)).toEqual(['100%_sure\\', 'Alpha'])
  expect(await namesOf(owner, '?query=ALPH')).toEqual(['Alpha'])
  expect(await namesOf(owner, '?query=beta')).toEqual(['Beta'])
  expect(await namesOf(owner, `?query=${encodeURIComponent('%')}`)).toEqual(['100%_sure\\'])
  expect(await namesOf(owner, '?query=_')).toEqual(['100%_sure\\'])
  expect(await namesOf(owner, `?query=${encodeURIComponent('\\')}`)).toEqual(['100%_sure\\'])
  expect(await namesOf(owner, "?query=' or 1=1 --")).toEqual([])
  expect(await namesOf(owner, '?state=removed')).toEqual([])
})

test('pages lose and repeat nothing', async () => {
  const owner = await anOrganization()
  await aFleet(owner, ...Array.from({ length: 23 }, (_, index) => aGatewayAgent(`agent-${index}`)))
  const seen: string[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const page: Awaited<ReturnType<typeof listed>> = await listed(owner, `?limit=5${cursor && `&cursor=${cursor}`}`)
    seen.push(...page.items.map((agent) => agent.id))
    cursor = page.nextCursor
  }
  expect(seen).toHaveLength(23)
  expect(seen).toEqual([...new Set(seen)].sort().reverse())
})

test('agents are asked for by their ids, wherever they stand, and never those of others', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  await aFleet(owner, ...Array.from({ length: 230 }, (_, index) => aGatewayAgent(`agent-${index}`)))
  await aFleet(stranger, aGatewayAgent('theirs'))
  const first = await listed(owner, '?limit=200')
  const { items: rest } = await listed(owner, `?limit=200&cursor=${first.nextCursor}`)
  expect(rest).toHaveLength(30)
  const theirs = (await listed(stranger)).items[0]?.id
  const wanted = [...rest.map(({ id }) => id), theirs, newId('agt')]
  const found = await listed(owner, `?limit=100&ids=${wanted.join()}`)
  expect(found.items.map(({ id }) => id).sort()).toEqual(rest.map(({ id }) => id).sort())
  expect((await listed(owner, `?ids=${theirs}`)).items).toEqual([])
  expect((await listed(owner, `?ids=${rest[0]?.id}&state=removed`)).items).toEqual([])
  const headers = await owner.authorization()
  const tooMany = Array.from({ length: 101 }, () => newId('agt')).join()
  for (const ids of ['', 'agt_x', `${rest[0]?.id},`, "x' or 1=1", tooMany])
    expect((await call(`${path}?ids=${encodeURIComponent(ids)}`, { headers })).status).toBe(422)
})

test('agents of another organization do not exist', async () => {
  const [owner, stranger] = [await anOrganization(), await anOrganization()]
  const connectorId = await aFleet(owner, aGatewayAgent('main'))
  const [agent] = (await listed(owner)).items
  expect((await listed(stranger)).items).toEqual([])
  expect((await listed(stranger, `?connectorId=${connectorId}`)).items).toEqual([])
  const headers = await stranger.authorization()
  const bodies = await Promise.all(
    [agent?.id, newId('agt')].map(async (id) => {
      const { requestId: _, ...body } = Problem.parse(await (await call(`${path}/${id}`, { headers })).json())
      return body
    }),
  )
  expect(bodies[0]).toEqual(bodies[1])
  expect(bodies[0]?.status).toBe(404)
})

test('what does not fit is 422, and nobody is 401', async () => {
  const headers = await (await anOrganization()).authorization()
  for (const query of ['?limit=0', '?limit=x', '?cursor=%00', '?state=asleep', '?connectorId=agt_x', '?order=name'])
    expect((await call(`${path}${query}`, { headers })).status).toBe(422)
  expect((await call(`${path}/main`, { headers })).status).toBe(422)
  expect((await call(path)).status).toBe(401)
})

test('a stranger connector with the same agent name is another agent', async () => {
  const owner = await anOrganization()
  await aFleet(owner, aGatewayAgent('main'))
  await aFleet(owner, aGatewayAgent('main'))
  expect((await listed(owner)).items).toHaveLength(2)
})

test('what an agent does is known only while its connector is there', () => {
  const agent = { state: 'active' as const, connectorState: 'online', pendingApprovals: 0, openRuns: 0 }
  expect(activityOf(agent)).toBe('idle')
  expect(activityOf({ ...agent, openRuns: 2 })).toBe('running')
  expect(activityOf({ ...agent, openRuns: 2, pendingApprovals: 1 })).toBe('waiting')
  for (const connectorState of ['offline', 'paused', 'created', null])
    expect(activityOf({ ...agent, openRuns: 2, connectorState })).toBe('unknown')
  expect(activityOf({ ...agent, state: 'removed' })).toBe('unknown')
})

test('changed fields are those that differ', () => {
  const agent = aGatewayAgent('main')
  expect(changedFields(agent, agent)).toEqual([])
  expect(changedFields(agent, { ...agent, name: 'Other', toolsProfile: 'coding' })).toEqual(['name', 'toolsProfile'])
})
