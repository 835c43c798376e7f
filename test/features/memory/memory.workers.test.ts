import { eq } from 'drizzle-orm'
import { expect, test, vi } from 'vitest'
import type { z } from 'zod'
import { getAgent } from '../../../worker/features/agents/index.ts'
import { removeConnector } from '../../../worker/features/connectors/remove.ts'
import {
  MemoryChanged,
  MemoryFile,
  MemoryFiles,
  MemoryFound,
  MemoryVersion,
  MemoryVersionShown,
} from '../../../worker/features/memory/contract.ts'
import { lookAtMemory } from '../../../worker/features/memory/index.ts'
import { memoryContents, memoryVersions } from '../../../worker/features/memory/schema.ts'
import { Page, Problem } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import { call } from '../../support/call.ts'
import { checkAuditLog } from '../../support/check-audit-log.ts'
import { aManagedAgent } from '../../support/managed-gateway.ts'
import { aMember, anOrganization } from '../../support/organizations.ts'

const daily = 'memory/2026-11-21.md'

const aWorld = async () => {
  const owner = await anOrganization()
  const agent = await aManagedAgent(owner)
  const headers = await owner.authorization()
  const get = async <T extends z.ZodType>(schema: T, rest: string): Promise<z.infer<T>> => {
    const answer = await call(`${agent.path}/memory${rest}`, { headers })
    return schema.parse(await answer.json())
  }
  const send = (method: 'POST' | 'PUT' | 'DELETE', rest: string, body?: unknown) =>
    call(`${agent.path}/memory${rest}`, { method, headers, ...(body ? { body } : {}) })
  const fileAt = (path: string) => `/files/${encodeURIComponent(path)}`
  const read = (path = daily) => get(MemoryFile, fileAt(path))
  const put = (content: string, expectedHash: string | null, path = daily) =>
    send('PUT', fileAt(path), { content, expectedHash })
  const remove = (expectedHash: string, path = daily) => send('DELETE', `${fileAt(path)}?expectedHash=${expectedHash}`)
  const rollBack = (versionId: string, expectedHash: string | null) =>
    send('POST', '/rollback', { versionId, expectedHash })
  const versions = async (path = daily) =>
    (await get(Page(MemoryVersion), `/versions?path=${encodeURIComponent(path)}`)).items
  const shown = (id: string, query = '') => get(MemoryVersionShown, `/versions/${id}${query}`)
  const search = async (query: string) =>
    MemoryFound.parse(
      await (await call(`/api/v1/memory/search?query=${encodeURIComponent(query)}`, { headers })).json(),
    )
  const told = async () =>
    (await checkAuditLog(owner.organizationId))
      .filter(({ type }) => type === 'memory.changed')
      .map((one) => one.payload)
  return { ...agent, owner, headers, get, send, read, put, remove, rollBack, versions, shown, search, told, fileAt }
}
const changedBy = async (answer: Response) => MemoryChanged.parse(await answer.json())
const problemOf = async (answer: Response) => Problem.parse(await answer.json())

test('a file is made, changed, removed and brought back, each version kept once and told once', async () => {
  const world = await aWorld()
  const made = await world.put('one\n', null)
  expect(made.status).toBe(200)
  const first = await changedBy(made)
  expect(first).toMatchObject({ change: { kind: 'memory_put', state: 'confirmed' }, file: { content: 'one\n' } })
  const one = first.file?.hash ?? ''
  // Said twice: there is nothing left to do.
  expect(await changedBy(await world.put('one\n', null))).toMatchObject({ change: null, file: { hash: one } })
  const two = (await changedBy(await world.put('one\ntwo\n', one))).file?.hash ?? ''
  expect((await world.remove(two)).status).toBe(200)
  expect(world.gateway.memory.has(daily)).toBe(false)
  expect((await world.remove(two)).status).toBe(404)
  const before = await world.versions()
  expect(before.map(({ hash, source, author }) => [hash, source, author?.id])).toEqual([
    [null, 'written', world.owner.userId],
    [two, 'written', world.owner.userId],
    [one, 'written', world.owner.userId],
  ])
  const [gone, second, oldest] = before
  const restored = await changedBy(await world.rollBack(oldest?.id ?? '', null))
  expect(restored.file).toMatchObject({ content: 'one\n', hash: one })
  expect((await world.versions())[0]).toMatchObject({ hash: one, restoredFrom: oldest?.id })
  expect(await world.shown(second?.id ?? '')).toMatchObject({
    content: 'one\ntwo\n',
    against: { id: oldest?.id },
    difference: { added: 1, removed: 0, isWhole: false },
  })
  expect((await world.shown(oldest?.id ?? '', `?against=${second?.id}`)).difference).toMatchObject({ removed: 1 })
  expect((await world.shown(gone?.id ?? '')).difference).toMatchObject({ added: 0, removed: 2 })
  // Back to where it was gone.
  expect((await world.rollBack(gone?.id ?? '', one)).status).toBe(200)
  expect(await world.read()).toMatchObject({ isMissing: true, hash: null })
  const texts = await world.owner.ctx.db.select().from(memoryContents).where(eq(memoryContents.agentId, world.id))
  expect([texts.length, texts.some(({ sealed }) => sealed.includes('two'))]).toEqual([2, false])
  const types = (await checkAuditLog(world.owner.organizationId)).map(({ type }) => type)
  for (const type of ['agent.change-ordered', 'agent.change-confirmed', 'memory.changed'])
    expect([type, types.filter((one) => one === type).length]).toEqual([type, 5])
  const events = await world.told()
  expect(events.map(({ before: from, after }) => [from, after])).toEqual([
    [null, one],
    [one, two],
    [two, null],
    [null, one],
    [one, null],
  ])
  await checkAuditLog(world.owner.organizationId, ['two\\n'])
})

test('what is written at the gateway is a version without an author, told once, and its first sight is no change', async () => {
  const world = await aWorld()
  world.gateway.memory.set(daily, 'by the agent')
  await world.read()
  expect([await world.versions(), await world.told()]).toMatchObject([[{ source: 'seen', author: null }], []])
  world.gateway.memory.set(daily, 'by the agent, again')
  await Promise.all([world.read(), world.read(), world.read()])
  expect([(await world.versions()).length, await world.told()]).toMatchObject([2, [{ path: daily, changeId: null }]])
  world.gateway.memory.delete(daily)
  await world.read()
  expect((await world.versions())[0]).toMatchObject({ hash: null, source: 'seen' })
})

test('a look reads what is not as it was last seen, what is new and what is gone, and nothing else', async () => {
  const world = await aWorld()
  const agent = await getAgent(world.owner.ctx, world.id)
  const anHourAgo = new Date(Date.now() - 3_600_000).toISOString()
  const facts = (path: string, updatedAt: string | null, sizeBytes = 4) => ({ path, updatedAt, sizeBytes })
  const look = async () => {
    const before = world.gateway.commands.length
    await lookAtMemory(world.owner.ctx, agent)
    const asked = world.gateway.commands.slice(before)
    return asked
      .flatMap(({ params }) => ('question' in params && params.question === 'memory.file' ? [params.path] : []))
      .sort()
  }
  for (const path of ['MEMORY.md', daily, 'memory/b.md']) world.gateway.memory.set(path, 'abcd')
  world.gateway.memoryListed = [facts('MEMORY.md', anHourAgo), facts(daily, anHourAgo), facts('memory/b.md', null)]
  expect(await look()).toEqual(['MEMORY.md', daily, 'memory/b.md'].sort())
  // One without a time is read each time; what is as it was is not.
  expect(await look()).toEqual(['memory/b.md'])
  world.gateway.memory.set('MEMORY.md', 'abcdef')
  world.gateway.memory.delete(daily)
  world.gateway.memoryListed = [facts('MEMORY.md', anHourAgo, 6), facts('memory/b.md', new Date().toISOString())]
  expect(await look()).toEqual(['MEMORY.md', daily, 'memory/b.md'].sort())
  expect((await world.versions())[0]).toMatchObject({ hash: null, source: 'seen' })
  expect((await world.told()).map(({ path }) => path).sort()).toEqual(['MEMORY.md', daily])
  // Once gone it is not asked for again.
  world.gateway.memoryListed = [facts('MEMORY.md', anHourAgo, 6)]
  world.gateway.memory.delete('memory/b.md')
  expect(await look()).toEqual(['memory/b.md'])
  expect(await look()).toEqual([])
})

test('whoever is late hears what is there, and what would be overwritten unseen is kept', async () => {
  const world = await aWorld()
  world.gateway.memory.set(daily, 'never seen here')
  const late = await world.put('mine', null)
  const problem = await problemOf(late)
  expect([late.status, problem]).toMatchObject([409, { code: 'stale', context: { hash: expect.any(String) } }])
  expect(world.gateway.changes()).toEqual([])
  expect(await world.versions()).toMatchObject([{ source: 'seen' }])
  const hash = (await world.read()).hash
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? 'stale' : undefined)
  expect((await world.put('mine', hash)).status).toBe(409)
  world.gateway.instead = null
  // What the gateway did not take is no version.
  expect((await world.versions()).length).toBe(1)
  expect((await world.put('mine', hash)).status).toBe(200)
})

test('bytes that are no text are kept as far as they can be read, and are not brought back as something else', async () => {
  const world = await aWorld()
  world.gateway.bytes.set(daily, new Uint8Array([0xff, 0xfe, 0x41]))
  const read = await world.read()
  expect(read.content).toContain('\uFFFD')
  const written = await changedBy(await world.put('text\n', read.hash))
  const bytes = (await world.versions()).find(({ hash }) => hash === read.hash)
  const refused = await world.rollBack(bytes?.id ?? '', written.file?.hash ?? null)
  expect([refused.status, (await problemOf(refused)).context]).toMatchObject([409, { because: 'not_text' }])
  expect(world.gateway.memory.get(daily)).toBe('text\n')
})

test('a redacted file is replaced as a whole or not at all, and is not brought back', async () => {
  const world = await aWorld()
  world.gateway.memory.set(daily, 'the key is sk-abcdefghijklmnop')
  const read = await world.read()
  expect(read).toMatchObject({ redactions: 1, content: 'the key is __OPENCLAW_REDACTED__' })
  expect((await world.put(`${read.content}!`, read.hash)).status).toBe(422)
  const replaced = await changedBy(await world.put('no key', read.hash))
  const [, redacted] = await world.versions()
  const refused = await world.rollBack(redacted?.id ?? '', replaced.file?.hash ?? null)
  expect([refused.status, (await problemOf(refused)).context]).toMatchObject([409, { because: 'redacted' }])
  expect(world.gateway.memory.get(daily)).toBe('no key')
  await checkAuditLog(world.owner.organizationId, ['sk-abcdefghijklmnop'])
})

test('paths that lead elsewhere, and files too large, are refused before anybody is asked', async () => {
  const world = await aWorld()
  for (const path of [
    '../etc/passwd.md',
    '/etc/a.md',
    'memory/../a.md',
    'memory/.git.md',
    'memory/a\u0000.md',
    'SOUL.md',
  ])
    expect([path, (await world.put('x', null, path)).status]).toEqual([path, 422])
  expect((await world.put('汉'.repeat(60_000), null)).status).toBe(413)
  expect((await world.put('x'.repeat(140_000), null)).status).toBe(422)
  expect(world.gateway.commands).toEqual([])
})

test('while the gateway is away the newest version is read and says so, and nothing is written', async () => {
  const world = await aWorld()
  world.gateway.memory.set(daily, 'as it was')
  const { hash } = await world.read()
  await world.get(MemoryFiles, '/files')
  world.link.close()
  await world.link.closing()
  expect(await world.read()).toMatchObject({
    content: 'as it was',
    hash,
    freshness: { source: 'snapshot', because: 'connector_offline' },
  })
  expect(await world.get(MemoryFiles, '/files')).toMatchObject({
    files: [{ path: daily }],
    freshness: { source: 'last_known' },
  })
  const never = await call(`${world.path}/memory${world.fileAt('MEMORY.md')}`, { headers: world.headers })
  const write = await world.put('x', hash)
  expect([never.status, write.status]).toEqual([503, 503])
  expect(await world.search('was')).toMatchObject({
    hits: [],
    isComplete: false,
    agents: [{ agentId: world.id, outcome: 'connector_offline', isComplete: false }],
  })
})

test('a search looks at all agents and names those that could not answer', async () => {
  const world = await aWorld()
  const other = await aManagedAgent(world.owner)
  const third = await aManagedAgent(world.owner)
  world.gateway.memory.set(daily, '每周会议')
  other.gateway.memory.set('MEMORY.md', '会议室在三楼')
  third.gateway.instead = () => 'gateway_refused'
  const found = await world.search('会议')
  expect(found.hits.map(({ agentId, path }) => `${agentId} ${path}`).toSorted()).toEqual(
    [`${world.id} ${daily}`, `${other.id} MEMORY.md`].toSorted(),
  )
  expect(found.agents.find(({ agentId }) => agentId === third.id)).toMatchObject({ outcome: 'refused', hits: 0 })
  expect([found.isComplete, found.notAsked]).toEqual([false, 0])
  const one = await call(`/api/v1/memory/search?query=${encodeURIComponent('会议')}&agentId=${other.id}`, {
    headers: world.headers,
  })
  expect(MemoryFound.parse(await one.json())).toMatchObject({ hits: [{ agentId: other.id }], isComplete: true })
})

test('who may not see it does not, a foreign agent is one that does not exist, and a version belongs to its agent', async () => {
  const world = await aWorld()
  world.gateway.memory.set(daily, 'private')
  const { hash } = await world.read()
  const [version] = await world.versions()
  const viewer = await (await aMember(world.owner.organizationId, 'viewer')).authorization()
  const stranger = await (await anOrganization()).authorization()
  const file = world.fileAt(daily)
  for (const [method, rest, body] of [
    ['GET', file, undefined],
    ['GET', '/search?query=x', undefined],
    ['GET', `/versions?path=${encodeURIComponent(daily)}`, undefined],
    ['GET', `/versions/${version?.id}`, undefined],
    ['PUT', file, { content: 'x', expectedHash: hash }],
    ['DELETE', `${file}?expectedHash=${hash}`, undefined],
    ['POST', '/rollback', { versionId: version?.id, expectedHash: hash }],
  ] as const) {
    const as = (headers: Record<string, string>) =>
      call(`${world.path}/memory${rest}`, { method, headers, ...(body ? { body } : {}) })
    expect([rest, (await as(viewer)).status, (await as(stranger)).status]).toEqual([rest, 403, 404])
  }
  const list = (headers: Record<string, string>) => call(`${world.path}/memory/files`, { headers })
  expect([(await list(viewer)).status, (await list(stranger)).status]).toEqual([200, 404])
  expect(world.gateway.memory.get(daily)).toBe('private')
  const sibling = await aManagedAgent(world.owner)
  const elsewhere = await call(`${sibling.path}/memory/versions/${version?.id}`, { headers: world.headers })
  expect(elsewhere.status).toBe(404)
  await checkAuditLog(world.owner.organizationId)
})

test('a change that nobody answers is under way, and no version until it is confirmed', async () => {
  const world = await aWorld()
  world.gateway.instead = ({ command }) => (command === 'gateway.change' ? null : undefined)
  const asked = world.put('later', null)
  await vi.waitFor(() => expect(world.gateway.changes()).toHaveLength(1), { timeout: 20_000 })
  world.link.close()
  const answer = await asked
  expect([answer.status, await changedBy(answer)]).toMatchObject([202, { change: { state: 'ordered' }, file: null }])
  expect(await world.versions()).toEqual([])
})

test('bounds hold: the oldest versions of a file go, and all of them with its connector', async () => {
  const world = await aWorld()
  const { ctx } = world.owner
  for (const content of ['first', 'second']) {
    world.gateway.memory.set(daily, content)
    await world.read()
  }
  const [row] = await ctx.db.select().from(memoryVersions).where(eq(memoryVersions.agentId, world.id)).limit(1)
  if (!row) throw new Error('no version')
  for (const few of [33, 33, 34])
    await ctx.db.batch([
      ctx.db.insert(memoryVersions).values({ ...row, id: newId('mvr') }),
      ...Array.from({ length: few - 1 }, () => ctx.db.insert(memoryVersions).values({ ...row, id: newId('mvr') })),
    ])
  world.gateway.memory.set(daily, 'last')
  await world.read()
  const { items, nextCursor } = await world.get(
    Page(MemoryVersion),
    `/versions?path=${encodeURIComponent(daily)}&limit=90`,
  )
  const rest = await world.get(
    Page(MemoryVersion),
    `/versions?path=${encodeURIComponent(daily)}&limit=90&cursor=${nextCursor}`,
  )
  expect([items.length + rest.items.length, rest.nextCursor]).toEqual([100, null])
  const kept = async () => {
    const { db } = ctx
    return [
      (await db.select().from(memoryVersions).where(eq(memoryVersions.agentId, world.id))).length,
      (await db.select().from(memoryContents).where(eq(memoryContents.agentId, world.id))).length,
    ]
  }
  expect(await kept()).toEqual([100, 2])
  await removeConnector(ctx, world.connector.id)
  expect(await kept()).toEqual([0, 0])
})
