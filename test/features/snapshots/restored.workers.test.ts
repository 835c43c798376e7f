import { env } from 'cloudflare:test'
import { eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { Restore } from '../../../worker/features/artifacts/restores/contract.ts'
import { artifactRestores } from '../../../worker/features/artifacts/schema.ts'
import { Snapshot } from '../../../worker/features/snapshots/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { databaseOf } from '../../../worker/platform/db.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent, type ManagedGateway } from '../../support/managed-gateway.ts'
import { anOrganization } from '../../support/organizations.ts'

const db = databaseOf(env)

const aWorld = async () => {
  const owner = await anOrganization()
  const headers = await owner.authorization()
  const agent = await aManagedAgent(owner)
  const read = async (more: Partial<ManagedGateway> = {}) => {
    Object.assign(agent.gateway, more)
    expect((await call(`${agent.path}/config`, { headers })).status).toBe(200)
  }
  const newest = async (scope: string) => {
    const answer = await call(`${agent.path}/versions?scope=${scope}`, { headers })
    return Page(Snapshot).parse(await answer.json()).items[0]
  }
  const path = `/api/v1/connectors/${agent.connector.id}/restores`
  const begin = async (more: object = {}) => {
    const plan = {
      packageId: '6f1d2c3b-0000-4000-8000-000000000001',
      ...{ mode: 'merge', sections: ['tools'], agents: ['main'], risk: 'high', planDigest: 'a'.repeat(64), changes: 1 },
      ...more,
    }
    const { id } = Restore.parse(await (await post(path, plan, headers)).json())
    await report(id, { state: 'started' })
    return id
  }
  const report = async (id: string, body: object) =>
    expect((await post(`${path}/${id}/report`, body, headers)).status).toBe(200)
  const told = async () =>
    (await checkAuditLog(owner.organizationId)).filter(({ type }) => type === 'config.drifted').length
  await read()
  return { owner, read, newest, begin, report, told }
}
const allowed = (deny: string[]) => ({ name: 'Main', tools: { deny } })
const finished = { state: 'finished', verified: true, applied: 1 }

test('what a restore puts back is its work and its author’s, and no drift', async () => {
  const world = await aWorld()
  const id = await world.begin()
  await world.read({ entry: allowed(['exec']) })
  const by = { cause: 'restore', author: { id: world.owner.userId }, approvalId: null, changeId: null }
  expect(await world.newest('agent_config')).toMatchObject({ version: 2, ...by })
  await world.report(id, finished)
  // Its last write is seen behind its end.
  await world.read({ entry: allowed(['exec', 'write']) })
  expect(await world.newest('agent_config')).toMatchObject({ version: 3, ...by })
  expect(await world.told()).toBe(0)
})

test('what it does not touch, and what comes later, was changed elsewhere', async () => {
  const world = await aWorld()
  const id = await world.begin({ agents: ['somebody-else'] })
  await world.read({ entry: allowed(['exec']), shared: { agents: { defaults: {} }, tools: { profile: 'coding' } } })
  expect(await world.newest('agent_config')).toMatchObject({ version: 2, cause: 'elsewhere', author: null })
  expect(await world.newest('gateway_config')).toMatchObject({ version: 2, cause: 'elsewhere', author: null })
  await world.report(id, finished)

  const other = await world.begin({ sections: ['tools', 'agent_defaults'], planDigest: 'b'.repeat(64) })
  await world.read({ shared: { agents: { defaults: { thinking: 'high' } }, tools: { profile: 'coding' } } })
  expect(await world.newest('gateway_config')).toMatchObject({ version: 3, cause: 'restore' })
  await world.report(other, finished)
  const longAgo = Date.now() - 600_000
  await db
    .update(artifactRestores)
    .set({ startedAt: longAgo, endedAt: longAgo + 1 })
    .where(eq(artifactRestores.organizationId, world.owner.organizationId))
  await world.read({ entry: allowed(['read']) })
  expect(await world.newest('agent_config')).toMatchObject({ version: 3, cause: 'elsewhere', author: null })
  expect(await world.told()).toBe(3)
})
