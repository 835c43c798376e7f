import { evictDurableObject } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import { RollbackPreview, RolledBack, Snapshot } from '../../../worker/features/snapshots/contract.ts'
import type { SnapshotScope } from '../../../worker/features/snapshots/diff/contract.ts'
import { rollBack } from '../../../worker/features/snapshots/rollback/roll-back.ts'
import { type IdPrefix, Page } from '../../../worker/platform/contract.ts'
import { call, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { Link } from '../../support/connector-link.ts'
import { dying } from '../../support/dying.ts'
import { aManagedAgent, ManagedGateway } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

/** Whoever rolls back is killed at every step that there is; what stands then is one that is said, and has a way back. */

const aWorld = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const preview = async (scope: SnapshotScope, version: number) =>
    RollbackPreview.parse(await (await post(`${agent.path}/rollback/preview`, { scope, version }, headers)).json())
  const send = async (scope: SnapshotScope, version: number, digest: string) =>
    RolledBack.parse(await (await post(`${agent.path}/rollback`, { scope, version, digest }, headers)).json())
  const rolledBack = async (scope: SnapshotScope, version: number) =>
    send(scope, version, (await preview(scope, version)).digest)
  const newest = async (scope: SnapshotScope) => {
    const listed = await call(`${agent.path}/versions?scope=${scope}&limit=1`, { headers })
    return Page(Snapshot).parse(await listed.json()).items[0]
  }
  const look = () => post(`${agent.path}/drift-check`, {}, headers)
  /** Answers whether it was killed; otherwise it came to its end. */
  const killed = async (scope: SnapshotScope, version: number, at: { from: IdPrefix; steps: number }) => {
    const { digest } = await preview(scope, version)
    const mortal = dying(owner.ctx, at)
    try {
      expect(await rollBack(mortal.ctx, agent.id, { scope, version, digest })).toMatchObject({ state: 'done' })
    } catch (error) {
      if (!mortal.isDead()) throw error
    }
    return mortal.isDead()
  }
  return { ...agent, owner, headers, preview, send, rolledBack, newest, look, killed }
}

test('killed anywhere between the files, what was written is said and the rest is left, and both ways lead out', async () => {
  const world = await aWorld()
  const { gateway } = world
  const scope = 'workspace_bundle'
  const names = ['AGENTS.md', 'SOUL.md']
  const fill = (text: string) => names.map((name) => gateway.files.set(name, text))
  const stands = () => names.map((name) => gateway.files.get(name))
  fill('old')
  await world.look()
  fill('new')
  await world.look()
  const endings: number[] = []
  for (let steps = 0; !endings.includes(names.length); steps++) {
    const live = (await world.newest(scope))?.version ?? 0
    expect(await world.killed(scope, 1, { from: 'cmd', steps })).toBe(true)
    const written = names.filter((name) => gateway.files.get(name) === 'old')
    endings.push(written.length)
    // What is left is exactly what was not written, and what was written is a version that says so.
    const left = await world.preview(scope, 1)
    expect(left.changes.map(({ path }) => path)).toEqual(names.filter((name) => !written.includes(name)))
    const cause = written.length === names.length ? 'rollback' : 'change'
    expect(left.live).toMatchObject(
      written.length === 0
        ? { version: live }
        : { version: live + 1, cause, restores: 1, author: { id: world.owner.userId } },
    )
    const isHalf = written.length === 1
    if (isHalf) expect(await world.send(scope, 1, left.digest)).toMatchObject({ state: 'done', verified: true })
    if (isHalf) expect(stands()).toEqual(['old', 'old'])
    expect((await world.rolledBack(scope, live)).state).toBe(written.length === 0 ? 'nothing' : 'done')
    expect(stands()).toEqual(['new', 'new'])
  }
  expect(new Set(endings)).toEqual(new Set([0, 1, 2]))
  await checkAuditLog(world.owner.organizationId)
})

test('killed anywhere on the way of a configuration it is done whole or not at all, and both ways lead out', async () => {
  const world = await aWorld()
  const { gateway } = world
  const scope = 'agent_config'
  const before = gateway.entry
  await world.look()
  const after = { name: 'Other', model: 'a/b' }
  gateway.entry = after
  await world.look()
  const endings: boolean[] = []
  for (let steps = 0; !endings.includes(true); steps++) {
    const live = (await world.newest(scope))?.version ?? 0
    expect(await world.killed(scope, 1, { from: 'cmd', steps })).toBe(true)
    const isBack = gateway.entry.name === 'Main'
    endings.push(isBack)
    expect(gateway.entry).toEqual(isBack ? before : after)
    const left = await world.preview(scope, 1)
    expect(left.changes.length === 0).toBe(isBack)
    expect(left.live).toMatchObject(isBack ? { version: live + 1, cause: 'rollback', restores: 1 } : { version: live })
    expect((await world.rolledBack(scope, live)).state).toBe(isBack ? 'done' : 'nothing')
    expect(gateway.entry).toEqual(after)
  }
  expect(endings).toContain(false)
  await checkAuditLog(world.owner.organizationId)
})

test('killed between the use of its approval and the order, nothing is changed and it is asked for anew', async () => {
  const world = await aWorld()
  const { gateway } = world
  const approver = await (await aMember(world.owner.organizationId, 'admin')).authorization()
  const scope = 'agent_config'
  const before = gateway.entry
  await world.look()
  gateway.entry = { ...before, sandbox: { mode: 'all' } }
  const { digest } = await world.preview(scope, 1)
  const { approvalId } = await world.send(scope, 1, digest)
  await post(`/api/v1/approvals/${approvalId}/approve`, {}, approver)
  expect(await world.killed(scope, 1, { from: 'cmd', steps: 0 })).toBe(true)
  expect(gateway.changes()).toEqual([])
  const again = await world.send(scope, 1, digest)
  expect([again.state, again.approvalId === approvalId]).toEqual(['waiting', false])
  await post(`/api/v1/approvals/${again.approvalId}/approve`, {}, approver)
  expect(await world.send(scope, 1, digest)).toMatchObject({ state: 'done', verified: true })
  expect(gateway.entry).toEqual(before)
  await checkAuditLog(world.owner.organizationId)
})

test('what a gateway did before it went is the rollback also when it is seen before it is answered, and is told once', async () => {
  const world = await aWorld()
  const { gateway, link } = world
  const before = gateway.entry
  await world.look()
  gateway.entry = { name: 'Other', model: 'a/b' }
  const { digest, live } = await world.preview('agent_config', 1)
  gateway.instead = ({ command }) => {
    if (command !== 'gateway.change') return undefined
    gateway.entry = before
    return null
  }
  const sent = world.send('agent_config', 1, digest)
  await vi.waitFor(() => expect(gateway.changes()).toHaveLength(1), { timeout: 20_000 })
  link.close()
  const open = await sent
  expect(open.state).toBe('under_way')
  const again = await Link.welcome(world.connector.token, { groups: ['read', 'approvals', 'manage'] })
  const back = new ManagedGateway(again)
  back.entry = before
  // It keeps its answer for now, and is looked at meanwhile.
  back.instead = ({ command }) => (command === 'gateway.change' ? null : undefined)
  await world.look()
  const seen = await world.newest('agent_config')
  expect(seen).toMatchObject({ version: live.version + 1, cause: 'rollback', restores: 1, changeId: open.change?.id })
  const done = { wasAlready: true, before: null, after: seen?.hash, reference: back.hash, jobId: null }
  again.send({ kind: 'result', id: open.change?.id, ok: true, done })
  const change = `${world.path}/changes/${open.change?.id}`
  const state = async () => (await call(change, { headers: world.headers })).json()
  await vi.waitFor(async () => expect(await state()).toMatchObject({ state: 'confirmed' }), { timeout: 20_000 })
  await world.look()
  expect((await world.newest('agent_config'))?.version).toBe(seen?.version)
  const told = (await checkAuditLog(world.owner.organizationId)).filter(({ type }) => type === 'config.rolled-back')
  expect(told).toHaveLength(1)
  again.close()
})

test('a gateway that goes between two files, and a session that is evicted: the open one is done once, the rest is left', async () => {
  const world = await aWorld()
  const { gateway, link } = world
  const scope = 'workspace_bundle'
  const names = ['AGENTS.md', 'SOUL.md', 'USER.md']
  const fill = (text: string) => names.map((name) => gateway.files.set(name, text))
  fill('old')
  await world.look()
  fill('new')
  const { digest, live } = await world.preview(scope, 1)
  gateway.instead = ({ command, params }) =>
    command === 'gateway.change' && params.change === 'file.put' && params.name === 'SOUL.md' ? null : undefined
  const sent = world.send(scope, 1, digest)
  await vi.waitFor(() => expect(gateway.changes()).toHaveLength(2), { timeout: 20_000 })
  link.close()
  const open = await sent
  expect(open).toMatchObject({ state: 'under_way', verified: null, snapshot: null })
  expect(open.files.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'AGENTS.md written',
    'SOUL.md open',
    'USER.md not_written',
  ])
  await evictDurableObject(world.connector.session, { webSockets: 'close' })
  const again = await Link.welcome(world.connector.token, { groups: ['read', 'approvals', 'manage'] })
  const back = new ManagedGateway(again)
  back.files = gateway.files
  back.entry = gateway.entry
  const command = await again.next('command')
  if (back.commands.length === 0) back.take(command)
  await vi.waitFor(() => expect(back.files.get('SOUL.md')).toBe('old'), { timeout: 20_000 })
  const change = `${world.path}/changes/${open.change?.id}`
  const state = async () => (await call(change, { headers: world.headers })).json()
  await vi.waitFor(async () => expect(await state()).toMatchObject({ state: 'confirmed' }), { timeout: 20_000 })
  const left = await world.preview(scope, 1)
  expect(left.changes.map(({ path }) => path)).toEqual(['USER.md'])
  expect(left.live).toMatchObject({ version: live.version + 1, cause: 'change', restores: 1 })
  expect(await world.rolledBack(scope, live.version)).toMatchObject({ state: 'done', verified: true })
  expect([...back.files.values()]).toEqual(['new', 'new', 'new'])
  expect(back.changes().filter(({ id }) => id === open.change?.id)).toHaveLength(1)
  await checkAuditLog(world.owner.organizationId)
  again.close()
})
