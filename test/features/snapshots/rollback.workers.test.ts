import { evictDurableObject } from 'cloudflare:test'
import { expect, test, vi } from 'vitest'
import { AgentStateAt, RollbackPreview, RolledBack, Snapshot } from '../../../worker/features/snapshots/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { Link } from '../../support/connector-link.ts'
import { aManagedAgent, ManagedGateway } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

/** An agent whose first version is `name: Main` with one tool denied, and that has since been made to be another. */
const aWorld = async (since: Record<string, unknown> = { name: 'Other', model: 'a/b', tools: { deny: [] } }) => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const first = agent.gateway.entry
  const read = () => call(`${agent.path}/config`, { headers })
  await read()
  agent.gateway.entry = since
  await read()
  const previewing = (body: object, as = headers) => post(`${agent.path}/rollback/preview`, body, as)
  const preview = async (body: object = { version: 1 }) => RollbackPreview.parse(await (await previewing(body)).json())
  const rolling = (body: object, as = headers) => post(`${agent.path}/rollback`, body, as)
  const rollBack = async (body: object = { version: 1 }) => {
    const { digest } = await preview(body)
    return RolledBack.parse(await (await rolling({ ...body, digest })).json())
  }
  const versions = async () =>
    Page(Snapshot).parse(await (await call(`${agent.path}/versions`, { headers })).json()).items
  const told = async (type: string) =>
    (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  return { ...agent, owner, headers, first, read, previewing, preview, rolling, rollBack, versions, told }
}

test('an earlier version is put back, read back with its hash, and the undoing is undone', async () => {
  const world = await aWorld()
  const changed = world.gateway.entry
  const preview = await world.preview()
  expect(preview).toMatchObject({
    exact: true,
    needsApproval: false,
    restarts: false,
    risk: 'high',
    live: { version: 2 },
  })
  expect(preview.changes.map(({ path }) => path).sort()).toEqual(['model', 'name', 'tools.deny[browser]'])
  expect(world.gateway.changes()).toEqual([])
  const done = await world.rollBack()
  expect(done).toMatchObject({
    state: 'done',
    verified: true,
    snapshot: { version: 3, cause: 'rollback', restores: 1 },
  })
  expect(world.gateway.entry).toEqual(world.first)
  expect(done.snapshot?.hash).toBe(preview.to.hash)
  expect((await world.rollBack()).state).toBe('nothing')
  expect(await world.rollBack({ version: 2 })).toMatchObject({ state: 'done', snapshot: { version: 4, restores: 2 } })
  expect(world.gateway.entry).toEqual(changed)
  expect(await world.told('config.rolled-back')).toMatchObject([
    { payload: { version: 3, restores: 1 } },
    { payload: { version: 4, restores: 2 } },
  ])
})

test('only the chosen categories go back', async () => {
  const world = await aWorld()
  const wanted = { version: 1, categories: ['tools'] }
  expect(await world.preview(wanted)).toMatchObject({ exact: false, changes: [{ category: 'tools' }] })
  expect(await world.rollBack(wanted)).toMatchObject({ state: 'done', verified: true })
  expect(world.gateway.entry).toEqual({ name: 'Other', model: 'a/b', tools: { deny: ['browser'] } })
})

test('a critical rollback waits for an approval of exactly this preview, which is used once', async () => {
  const world = await aWorld({ name: 'Main', tools: { deny: ['browser'] }, sandbox: { mode: 'all' } })
  const approver = await (await aMember(world.owner.organizationId, 'admin')).authorization()
  const { digest, needsApproval } = await world.preview()
  const send = async () => RolledBack.parse(await (await world.rolling({ version: 1, digest })).json())
  const waiting = await send()
  expect([needsApproval, waiting.state]).toEqual([true, 'waiting'])
  expect(await send()).toEqual(waiting)
  expect(world.gateway.changes()).toEqual([])
  await post(`/api/v1/approvals/${waiting.approvalId}/approve`, {}, approver)
  expect(await send()).toMatchObject({ state: 'done', verified: true, snapshot: { approvalId: waiting.approvalId } })
  expect(world.gateway.entry).toEqual(world.first)
  // The same state again is another version, and asks anew.
  world.gateway.entry = { ...world.first, sandbox: { mode: 'all' } }
  expect(await codeOf(await world.rolling({ version: 1, digest }))).toBe('stale')
  const again = await world.rollBack()
  expect([again.state, again.approvalId === waiting.approvalId]).toEqual(['waiting', false])
  await post(`/api/v1/approvals/${again.approvalId}/reject`, {}, approver)
  const refused = await world.rolling({ version: 1, digest: (await world.preview()).digest })
  expect(await codeOf(refused)).toBe('conflict')
  expect(world.gateway.entry).toEqual({ ...world.first, sandbox: { mode: 'all' } })
})

test('of two people at once one wins, and the other is told', async () => {
  const world = await aWorld()
  const { digest } = await world.preview()
  const admin = await (await aMember(world.owner.organizationId, 'admin')).authorization()
  const answers = await Promise.all([world.headers, admin].map((as) => world.rolling({ version: 1, digest }, as)))
  const won = answers.filter(({ status }) => status === 200)
  expect(won.length).toBeGreaterThanOrEqual(1)
  for (const answer of answers) if (answer.status !== 200) expect(await codeOf(answer)).toBe('stale')
  expect(world.gateway.entry).toEqual(world.first)
  expect(await world.told('config.rolled-back')).toHaveLength(1)
})

test('what the gateway rejects or what changed meanwhile leaves everything as it is', async () => {
  const world = await aWorld()
  const { digest } = await world.preview()
  const now = world.gateway.entry
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? 'invalid' : undefined)
  expect(await codeOf(await world.rolling({ version: 1, digest }))).toBe('invalid')
  world.gateway.instead = null
  expect(world.gateway.entry).toEqual(now)
  world.gateway.entry = { ...now, name: 'Third' }
  expect(await codeOf(await world.rolling({ version: 1, digest }))).toBe('stale')
  expect((await world.versions())[0]).toMatchObject({ version: 3, cause: 'elsewhere' })
  expect(await world.told('config.rolled-back')).toEqual([])
})

test('a version that never was, a foreign agent, a viewer and a gateway that is away are refused', async () => {
  const [world, other] = [await aWorld(), await anOrganization()]
  const { digest } = await world.preview()
  expect(await codeOf(await world.previewing({ version: 9 }))).toBe('not_found')
  expect(await codeOf(await world.previewing({ version: 1 }, await other.authorization()))).toBe('not_found')
  expect(await codeOf(await world.rolling({ version: 1, digest }, await other.authorization()))).toBe('not_found')
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  expect((await world.rolling({ version: 1, digest }, viewer)).status).toBe(403)
  expect((await world.rolling({ version: 0, digest: 'x' })).status).toBe(422)
  for (const path of ['versions', 'versions/1', 'diff?from=1&to=2', 'drift', 'state-at?at=2026-11-21T10:00:00Z'])
    expect(await codeOf(await call(`${world.path}/${path}`, { headers: await other.authorization() }))).toBe(
      'not_found',
    )
  world.gateway.instead = ({ command }) => (command === 'gateway.ask' ? 'gateway_unreachable' : undefined)
  expect(await codeOf(await world.rolling({ version: 1, digest }))).toBe('unavailable')
  // Nothing waits for a gateway that is away: it is not put back behind anybody's back once it returns.
  world.link.close()
  await vi.waitFor(async () => expect(await codeOf(await world.rolling({ version: 1, digest }))).toBe('unavailable'))
  const again = await Link.welcome(world.connector.token, { groups: ['read', 'approvals', 'manage'] })
  const back = new ManagedGateway(again)
  back.entry = world.gateway.entry
  const read = () => call(`${world.path}/config`, { headers: world.headers })
  await vi.waitFor(async () => expect(await (await read()).json()).toMatchObject({ entry: back.entry }), {
    timeout: 20_000,
  })
  expect([...world.gateway.changes(), ...back.changes()]).toEqual([])
  again.close()
})

test('a secret that the version had stays out and is named; one that came since may go, with an approval', async () => {
  const hidden = '__OPENCLAW_REDACTED__'
  const world = await aWorld({ name: 'Main', params: { apiKey: hidden } })
  const preview = await world.preview()
  expect(preview.changes.find(({ secret }) => secret)).toMatchObject({ path: 'params.apiKey', kind: 'removed' })
  expect(preview.needsApproval).toBe(true)
  world.gateway.entry = { name: 'Main' }
  const back = await world.preview({ version: 2 })
  expect(back).toMatchObject({ secrets: ['params.apiKey'], changes: [], exact: false })
})

test('what was in force at a moment is told with its rules', async () => {
  const world = await aWorld()
  const at = (when: string) => call(`${world.path}/state-at?at=${encodeURIComponent(when)}`, { headers: world.headers })
  const [newest, first] = await world.versions()
  const then = AgentStateAt.parse(await (await at(first?.at ?? '')).json())
  expect(then).toMatchObject({
    config: { version: 1, content: world.first },
    bindings: { version: 1 },
    rulesVersion: 0,
  })
  expect(AgentStateAt.parse(await (await at(newest?.at ?? '')).json())).toMatchObject({ config: { version: 2 } })
  expect(AgentStateAt.parse(await (await at('2020-01-01T00:00:00Z')).json())).toMatchObject({ config: null })
  expect((await at('yesterday')).status).toBe(422)
})

const bindingTo = (channel: string, agentId = 'main') => ({ agentId, match: { channel } })

test('bindings go back as a whole list, those of other agents stay, and an older connector says that it can not', async () => {
  const world = await aWorld()
  const scope = 'bindings'
  const theirs = bindingTo('b', 'other')
  world.gateway.bindings = [bindingTo('a'), theirs]
  await world.read()
  world.gateway.bindings = [bindingTo('x'), theirs, bindingTo('y')]
  expect((await world.preview({ scope, version: 2 })).missing).toEqual([{ kind: 'channel', name: 'a' }])
  world.gateway.channels = ['a']
  const preview = await world.preview({ scope, version: 2 })
  expect(preview).toMatchObject({ risk: 'high', exact: true, live: { version: 3, cause: 'elsewhere' }, missing: [] })
  expect(preview.changes.map(({ kind, category }) => `${kind} ${category}`).sort()).toEqual([
    'added bindings',
    'removed bindings',
    'removed bindings',
  ])
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? 'unsupported' : undefined)
  const old = await world.rolling({ scope, version: 2, digest: preview.digest })
  expect(await old.json()).toMatchObject({ code: 'conflict', context: { because: 'unsupported' } })
  world.gateway.instead = null
  expect(await world.rollBack({ scope, version: 2 })).toMatchObject({
    state: 'done',
    verified: true,
    snapshot: { scope, version: 4, cause: 'rollback', restores: 2 },
  })
  expect(world.gateway.bindings).toEqual([theirs, bindingTo('a')])
  expect(await world.rollBack({ scope, version: 1 })).toMatchObject({ state: 'done', verified: true })
  expect(world.gateway.bindings).toEqual([theirs])
  expect(await codeOf(await world.previewing({ scope: 'dependency_meta', version: 1 }))).toBe('not_found')
})

test('files go back one by one, and what can not be written or taken away is left and named', async () => {
  const world = await aWorld()
  const scope = 'workspace_bundle'
  const { files } = world.gateway
  files.set('AGENTS.md', 'one')
  files.set('SOUL.md', 'two')
  files.set('USER.md', 'my key is sk-abcdefghijklmnopqrstuv')
  const check = () => post(`${world.path}/drift-check`, {}, world.headers)
  await check()
  files.set('AGENTS.md', 'ONE')
  files.set('SOUL.md', 'TWO')
  files.set('USER.md', 'nothing')
  files.set('TOOLS.md', 'new')
  const preview = await world.preview({ scope, version: 1 })
  expect(preview).toMatchObject({ exact: false, needsApproval: false, restarts: false })
  expect(preview.changes.map(({ path }) => path)).toEqual(['AGENTS.md', 'SOUL.md'])
  expect(preview.left).toEqual([
    { path: 'TOOLS.md', reason: 'not_removable' },
    { path: 'USER.md', reason: 'redacted' },
  ])
  const done = await world.rollBack({ scope, version: 1 })
  expect(done).toMatchObject({
    state: 'done',
    verified: true,
    snapshot: { version: 3, cause: 'rollback', restores: 1 },
  })
  expect(done.files.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual(['AGENTS.md written', 'SOUL.md written'])
  expect([...files.values()]).toEqual(['one', 'two', 'nothing', 'new'])
  expect((await world.rollBack({ scope, version: 1 })).state).toBe('nothing')
  expect(await world.rollBack({ scope, version: 2 })).toMatchObject({ state: 'done', snapshot: { restores: 2 } })
  expect([...files.values()]).toEqual(['ONE', 'TWO', 'nothing', 'new'])
  expect(await world.told('config.rolled-back')).toHaveLength(2)
})

test('when one of several files can not be written those before it are put back, or it is said which are not', async () => {
  const world = await aWorld()
  const { files } = world.gateway
  const names = ['AGENTS.md', 'SOUL.md', 'USER.md']
  for (const name of names) files.set(name, 'old')
  await post(`${world.path}/drift-check`, {}, world.headers)
  for (const name of names) files.set(name, 'new')
  const wanted = { scope: 'workspace_bundle', version: 1 }
  const refuse = (isRefused: (name: string, content: string) => boolean) => {
    world.gateway.instead = ({ command, params }) =>
      command === 'gateway.change' && params.change === 'file.put' && isRefused(params.name, params.content)
        ? 'gateway_refused'
        : undefined
  }
  const { digest } = await world.preview(wanted)
  refuse((name) => name === 'USER.md')
  expect(await codeOf(await world.rolling({ ...wanted, digest }))).toBe('conflict')
  expect([...files.values()]).toEqual(['new', 'new', 'new'])
  refuse((name, content) => name === 'USER.md' || (name === 'SOUL.md' && content === 'new'))
  const partial = await world.rollBack(wanted)
  expect([partial.state, partial.verified]).toEqual(['partial', null])
  expect(partial.files.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
    'AGENTS.md undone',
    'SOUL.md written',
    'USER.md not_written',
  ])
  expect([...files.values()]).toEqual(['new', 'old', 'new'])
  // What is left is what the next preview shows.
  world.gateway.instead = null
  expect((await world.preview(wanted)).changes.map(({ path }) => path)).toEqual(['AGENTS.md', 'USER.md'])
  expect(await world.rollBack(wanted)).toMatchObject({ state: 'done', verified: true })
})

test('of two who put bindings or files back at once one wins, and the other is told and leaves no trace', async () => {
  const world = await aWorld()
  const { gateway } = world
  const check = () => post(`${world.path}/drift-check`, {}, world.headers)
  gateway.bindings = [{ agentId: 'main', match: { channel: 'telegram' } }]
  for (const name of ['AGENTS.md', 'SOUL.md']) gateway.files.set(name, 'old')
  await check()
  const { version } = (await world.preview({ scope: 'bindings', version: 1 })).live
  gateway.bindings = [{ agentId: 'main', match: { channel: 'discord' } }]
  for (const name of ['AGENTS.md', 'SOUL.md']) gateway.files.set(name, 'new')
  for (const wanted of [
    { scope: 'bindings', version },
    { scope: 'workspace_bundle', version: 1 },
  ]) {
    const { digest, live } = await world.preview(wanted)
    const answers = await Promise.all([1, 2].map(() => world.rolling({ ...wanted, digest })))
    const done = await Promise.all(
      answers.map(async (answer) =>
        answer.status === 200 ? RolledBack.parse(await answer.json()).state : codeOf(answer),
      ),
    )
    // The slower one finds the other's change in its way, or nothing left to do.
    expect(done.filter((one) => one === 'done')).toHaveLength(1)
    expect(done.filter((one) => one !== 'done' && one !== 'nothing' && one !== 'stale' && one !== 'conflict')).toEqual(
      [],
    )
    const again = await world.preview(wanted)
    expect([again.changes, again.live.version]).toEqual([[], live.version + 1])
  }
  expect(gateway.bindings).toEqual([{ agentId: 'main', match: { channel: 'telegram' } }])
  expect([...gateway.files.values()]).toEqual(['old', 'old'])
  expect(await world.told('config.rolled-back')).toHaveLength(2)
})

test('a gateway that goes between doing and answering ends the rollback once, also after an eviction', async () => {
  const world = await aWorld()
  const { digest, to } = await world.preview()
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? null : undefined)
  const asked = world.rolling({ version: 1, digest })
  await vi.waitFor(() => expect(world.gateway.changes()).toHaveLength(1), { timeout: 20_000 })
  world.link.close()
  const answer = await asked
  const open = RolledBack.parse(await answer.json())
  expect([answer.status, open.state, open.verified, open.snapshot]).toEqual([202, 'under_way', null, null])
  await evictDurableObject(world.connector.session, { webSockets: 'close' })
  const again = await Link.welcome(world.connector.token, { groups: ['read', 'manage'] })
  const gateway = new ManagedGateway(again)
  gateway.entry = world.gateway.entry
  const command = await again.next('command')
  if (gateway.commands.length === 0) gateway.take(command)
  const change = `${world.path}/changes/${open.change?.id}`
  await vi.waitFor(
    async () =>
      expect(await (await call(change, { headers: world.headers })).json()).toMatchObject({ state: 'confirmed' }),
    { timeout: 20_000 },
  )
  await world.read()
  expect((await world.versions())[0]).toMatchObject({ version: 3, cause: 'rollback', restores: 1, hash: to.hash })
  // Sent once more by whoever got no answer, nothing is left to do.
  const twice = RolledBack.parse(await (await world.rolling({ version: 1, digest })).json())
  expect(twice.state).toBe('nothing')
  expect(await world.told('config.rolled-back')).toHaveLength(1)
  again.close()
})

test('what the present gateway rejects is shown with its issues, and a model or a skill that is absent is named before', async () => {
  const world = await aWorld({ name: 'Other', model: 'a/gone', skills: ['weather', 'lost'] })
  world.gateway.entry = world.first
  world.gateway.models = ['a/b']
  world.gateway.skills = ['weather']
  const wanted = { version: 2 }
  const { dependsOn, missing, digest } = await world.preview(wanted)
  expect(dependsOn).toEqual([
    { kind: 'model', name: 'a/gone' },
    { kind: 'skill', name: 'weather' },
    { kind: 'skill', name: 'lost' },
  ])
  expect(missing).toEqual([
    { kind: 'model', name: 'a/gone' },
    { kind: 'skill', name: 'lost' },
  ])
  world.gateway.instead = ({ command, id }) => {
    if (command !== 'gateway.change') return undefined
    const issues = [{ path: 'agents.entries.main.model', message: 'Unknown model' }]
    world.link.send({ kind: 'result', id, ok: false, failure: 'invalid', detail: 'invalid config', issues })
    return null
  }
  const refused = await world.rolling({ ...wanted, digest })
  expect(await refused.json()).toMatchObject({
    status: 422,
    code: 'invalid',
    errors: [{ path: 'model', message: 'Unknown model' }],
  })
  expect(world.gateway.entry).toEqual(world.first)
})
