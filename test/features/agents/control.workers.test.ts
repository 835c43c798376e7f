import { expect, test, vi } from 'vitest'
import { Agent, AgentSync, AgentTest } from '../../../worker/features/agents/contract.ts'
import { AgentFile, FileChanged } from '../../../worker/features/agents/files/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { digestOf } from '../../../worker/platform/secrets.ts'
import { call, codeOf, post } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const aWorld = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const shown = async () => Agent.parse(await (await call(agent.path, { headers })).json())
  const describe = (body: object, version: number | null) =>
    call(agent.path, { method: 'PATCH', body, headers: { ...headers, ...(version && { 'if-match': `"${version}"` }) } })
  const told = async (type: string) =>
    (await checkAuditLog(owner.organizationId)).filter((entry) => entry.type === type)
  return { ...agent, owner, headers, shown, describe, told }
}

test('disabling denies every tool, and enabling puts back what was there, each once however often it is said', async () => {
  const world = await aWorld()
  const before = world.gateway.entry
  const disable = () => post(`${world.path}/disable`, { reason: 'too eager' }, world.headers)
  expect(Agent.parse(await (await disable()).json())).toMatchObject({
    control: 'disabled',
    disabledReason: 'too eager',
  })
  expect(world.gateway.entry).toEqual({ ...before, tools: { deny: ['*'] }, heartbeat: { every: '0m' } })
  expect((await disable()).status).toBe(200)
  const enable = (body = {}) => post(`${world.path}/enable`, body, world.headers)
  expect(Agent.parse(await (await enable()).json())).toMatchObject({ control: 'enabled', disabledAt: null })
  expect(world.gateway.entry).toEqual(before)
  expect((await enable()).status).toBe(200)
  expect([(await world.told('agent.disabled')).length, (await world.told('agent.enabled')).length]).toEqual([1, 1])
  expect(JSON.stringify(await world.told('agent.change-confirmed'))).not.toContain('browser')
})

test('what somebody changed at the gateway meanwhile is not written over, and can be left as it is', async () => {
  const world = await aWorld()
  await post(`${world.path}/disable`, {}, world.headers)
  world.gateway.entry = { ...world.gateway.entry, tools: { deny: ['canvas'], profile: 'coding' } }
  const refused = await post(`${world.path}/enable`, {}, world.headers)
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { code: 'stale', context: { conflicts: ['tools.deny'] } },
  ])
  expect((await world.shown()).control).toBe('disabled')
  const left = await post(`${world.path}/enable`, { leaveConfiguration: true }, world.headers)
  expect(Agent.parse(await left.json()).control).toBe('enabled')
  expect(world.gateway.entry).toMatchObject({ tools: { deny: ['canvas'] } })
  expect(await world.told('agent.enabled')).toMatchObject([{ payload: { changeId: null } }])
})

test('what others wrote beside a denied list stays when it is taken away again', async () => {
  const world = await aWorld()
  world.gateway.entry = { name: 'Main' }
  await post(`${world.path}/disable`, {}, world.headers)
  world.gateway.entry = { ...world.gateway.entry, tools: { deny: ['*'], profile: 'coding' } }
  await post(`${world.path}/enable`, {}, world.headers)
  expect(world.gateway.entry).toEqual({ name: 'Main', tools: { profile: 'coding' } })
})

test('while the gateway is away nothing is disabled or enabled, also where its configuration was read before', async () => {
  const world = await aWorld()
  expect((await call(`${world.path}/config`, { headers: world.headers })).status).toBe(200)
  world.link.close()
  await world.link.closing()
  const body = { patch: { heartbeat: null }, baseHash: world.gateway.hash }
  for (const refused of [
    await post(`${world.path}/disable`, {}, world.headers),
    await post(`${world.path}/config/preview`, body, world.headers),
  ])
    expect([refused.status, await refused.json()]).toMatchObject([
      503,
      { detail: 'The gateway is away; this needs it as it is now.', context: { because: 'connector_offline' } },
    ])
  expect((await world.shown()).control).toBe('enabled')
})

test('an agent whose gateway refuses is not disabled', async () => {
  const world = await aWorld()
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? 'gateway_refused' : undefined)
  expect((await post(`${world.path}/disable`, {}, world.headers)).status).toBe(409)
  expect((await world.shown()).control).toBe('enabled')
  expect(await world.told('agent.disabled')).toEqual([])
})

test('a file is replaced, read back, and known when the gateway is away', async () => {
  const world = await aWorld()
  const put = (content: string, expectedHash: string | null) =>
    call(`${world.path}/files/SOUL.md`, { method: 'PUT', headers: world.headers, body: { content, expectedHash } })
  const made = await put('calm', null)
  const { file, change } = FileChanged.parse(await made.json())
  expect([made.status, file, change]).toMatchObject([
    200,
    { content: 'calm' },
    { touches: ['SOUL.md'], after: file?.hash },
  ])
  expect(await codeOf(await put('louder', null))).toBe('stale')
  expect((await put('louder', file?.hash ?? null)).status).toBe(200)
  expect((await put('x'.repeat(140_000), null)).status).toBe(422)
  expect((await put('€'.repeat(50_000), null)).status).toBe(413)
  world.link.close()
  await world.link.closing()
  const known = await call(`${world.path}/files/SOUL.md`, { headers: world.headers })
  expect(AgentFile.parse(await known.json())).toMatchObject({ content: 'louder', freshness: { source: 'last_known' } })
  expect((await put('more', null)).status).toBe(503)
  for (const name of ['..%2F..%2Fetc%2Fpasswd', '.env', 'a b'])
    expect((await call(`${world.path}/files/${name}`, { headers: world.headers })).status).toBe(422)
  expect(JSON.stringify(await checkAuditLog(world.owner.organizationId))).not.toContain('louder')
})

test('a file that nobody asked for is read from the newest version while the gateway is away, and the answer says so', async () => {
  const world = await aWorld()
  const read = (path: string) => call(`${world.path}/${path}`, { headers: world.headers })
  world.gateway.files.set('SOUL.md', 'calm')
  expect((await call(`${world.path}/drift-check`, { method: 'POST', headers: world.headers })).status).toBe(200)
  world.link.close()
  await world.link.closing()
  const soul = AgentFile.parse(await (await read('files/SOUL.md')).json())
  const freshness = { source: 'snapshot', because: 'connector_offline' }
  expect(soul).toMatchObject({ content: 'calm', hash: digestOf('calm'), isMissing: false, freshness })
  expect(await (await read('files')).json()).toMatchObject({
    files: [{ name: 'SOUL.md', sizeBytes: 4, isMissing: false }],
    freshness,
  })
  // What no version has is not made up.
  expect([(await read('files/USER.md')).status, (await read('sessions')).status]).toEqual([503, 503])
})

test('what people say of an agent is theirs: with If-Match, once, and only of members', async () => {
  const world = await aWorld()
  const wanted = {
    displayName: 'Front desk',
    tags: ['Prod', 'eu', 'prod'],
    resourceGroup: 'shop',
    ownerId: world.owner.userId,
  }
  expect((await world.describe(wanted, null)).status).toBe(428)
  const made = await world.describe(wanted, 1)
  expect([made.headers.get('etag'), Agent.parse(await made.json())]).toMatchObject([
    '"2"',
    {
      displayName: 'Front desk',
      tags: ['eu', 'prod'],
      resourceGroup: 'shop',
      owner: { id: world.owner.userId },
      version: 2,
    },
  ])
  expect((await world.describe({ displayName: 'Other' }, 1)).status).toBe(412)
  expect((await world.describe({ displayName: 'Front desk' }, 2)).status).toBe(200)
  expect((await world.describe({ ownerId: null }, 2)).status).toBe(200)
  const stranger = await anOrganization()
  expect((await world.describe({ ownerId: stranger.userId }, 3)).status).toBe(422)
  const body = { displayName: 'Mine' }
  const theirs = { ...(await stranger.authorization()), 'if-match': '"3"' }
  expect((await call(world.path, { method: 'PATCH', body, headers: theirs })).status).toBe(404)
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  expect((await call(world.path, { method: 'PATCH', body, headers: { ...viewer, 'if-match': '"3"' } })).status).toBe(
    403,
  )
  expect((await world.told('agent.described')).map(({ payload }) => payload)).toEqual([
    { fields: ['displayName', 'ownerId', 'resourceGroup', 'tags'] },
    { fields: ['ownerId'] },
  ])
})

test('the list is filtered by what people say, and each order is walked through without loss or repetition', async () => {
  const world = await aWorld()
  for (let more = 0; more < 4; more++) await aManagedAgent(world.owner)
  await world.describe({ tags: ['prod'], resourceGroup: 'shop', ownerId: world.owner.userId }, 1)
  await post(`${world.path}/disable`, {}, world.headers)
  const ids = async (query: string) => {
    const answer = await call(`/api/v1/agents?${query}`, { headers: world.headers })
    return Page(Agent).parse(await answer.json())
  }
  for (const query of ['tag=PROD', 'resourceGroup=shop', `ownerId=${world.owner.userId}`, 'control=disabled'])
    expect([query, (await ids(query)).items.map(({ id }) => id)]).toEqual([query, [world.id]])
  expect((await ids('control=enabled')).items).toHaveLength(4)
  for (const sort of ['newest', 'name', 'last_active']) {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: Awaited<ReturnType<typeof ids>> = await ids(`sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`)
      seen.push(...page.items.map(({ id }) => id))
      cursor = page.nextCursor
    }
    expect([sort, seen.length, new Set(seen).size]).toEqual([sort, 5, 5])
  }
})

test('a sync asks everything anew, and a test says how far it comes', async () => {
  const world = await aWorld()
  const synced = AgentSync.parse(await (await post(`${world.path}/sync`, undefined, world.headers)).json())
  expect(synced.parts.every(({ ok }) => ok)).toBe(true)
  expect(synced.parts.map(({ part }) => part)).toContain('cron.list')
  const tested = async () => AgentTest.parse(await (await post(`${world.path}/test`, undefined, world.headers)).json())
  expect(await tested()).toMatchObject({ ok: true })
  world.gateway.instead = () => 'gateway_unreachable'
  const cut = await tested()
  expect([cut.ok, cut.steps.map(({ outcome }) => outcome)]).toEqual([false, ['pass', 'fail', 'skip', 'skip', 'skip']])
  world.link.close()
  await world.link.closing()
  await vi.waitFor(async () => expect((await tested()).steps[0]?.outcome).toBe('fail'), { timeout: 20_000 })
  expect((await post(`${world.path}/sync`, undefined, world.headers)).status).toBe(503)
})
