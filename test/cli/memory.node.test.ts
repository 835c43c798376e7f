import { writeFileSync } from 'node:fs'
import { link, mkdir, readFile, realpath, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { z } from 'zod'
import { matchesIn, wordsOf } from '../../cli/gateway/management/memory/match.ts'
import type { GatewayChange } from '../../worker/features/connectors/link/changes/contract.ts'
import type { CommandGroup, CommandResult } from '../../worker/features/connectors/link/commands/contract.ts'
import { MemoryPath } from '../../worker/features/connectors/link/memory/contract.ts'
import { answers, type GatewayQuestion, sentinel } from '../../worker/features/connectors/link/questions/contract.ts'
import { aCloud, aConnector, aFolder, aGateway, until } from './world.ts'

const inAMinute = () => new Date(Date.now() + 60_000).toISOString()

/** A connector whose gateway keeps the memory of its agent in a real folder of this machine. */
async function aWorld(groups: CommandGroup[] = ['read', 'approvals', 'manage']) {
  const [cloud, gateway, folder] = [await aCloud(), await aGateway({ rosterLagMs: 0 }), await realpath(await aFolder())]
  const workspace = join(folder, 'workspace')
  await mkdir(join(workspace, 'memory'), { recursive: true })
  gateway.roster.setEntry('main', { workspace })
  const { connector } = await aConnector({ server: cloud.url, gateway: gateway.url, groups })
  await until('the gateway', () => connector.gateway.live)
  let asked = 0
  const send = (command: string, params: object, id = `cmd_${++asked}`): Promise<CommandResult> => {
    const before = cloud.results.length
    cloud.sendCommand({ id, command, params, deadline: inAMinute() })
    const answered = () => cloud.results.slice(before).find((result) => result.id === id)
    return until(`the answer to ${command}`, answered)
  }
  const ask = async <S extends z.ZodType>(schema: S, question: GatewayQuestion): Promise<z.output<S>> => {
    const result = await send('gateway.ask', question)
    return schema.parse(result.ok ? result.answer : result)
  }
  const put = (path: string, content: string, expectedHash: string | null = null) =>
    send('gateway.change', { change: 'memory.put', agent: 'main', path, content, expectedHash } satisfies GatewayChange)
  const remove = (path: string, expectedHash: string) =>
    send('gateway.change', { change: 'memory.delete', agent: 'main', path, expectedHash } satisfies GatewayChange)
  const read = async (path: string) =>
    (await ask(answers['memory.file'], { question: 'memory.file', agent: 'main', path })).file
  const list = () => ask(answers['memory.files'], { question: 'memory.files', agent: 'main' })
  const search = (query: string) => ask(answers['memory.search'], { question: 'memory.search', agent: 'main', query })
  const at = (...names: string[]) => join(workspace, ...names)
  return { cloud, gateway, connector, folder, workspace, send, list, put, remove, read, search, at }
}

const hashOf = (result: CommandResult): string => (result.ok && result.done?.after) || ''

test('paths name the memory and nothing else', () => {
  const taken = [
    'MEMORY.md',
    'memory/2026-11-21.md',
    'memory/a/b/c/d/e/f.txt',
    'memory/每日/会议 纪要.md',
    'memory/a+b (1).md',
  ]
  const refused = [
    '',
    'memory',
    'memory/',
    '/etc/passwd.md',
    'memory/../SOUL.md',
    '../memory/a.md',
    'memory//a.md',
    'memory/./a.md',
    'memory/.hidden.md',
    'memory/.git/a.md',
    'memory/a.md\u0000.txt',
    'memory\\a.md',
    'memory/a\\b.md',
    'memory/a.sh',
    'memory/a.MD',
    'MEMORY.MD',
    'memory.md',
    'Memory/a.md',
    'memory/a\n.md',
    'memory/\u202egnp.md',
    'memory/cafe\u0301.md',
    'memory/a./b.md',
    'memory/a /b.md',
    'memory/.md',
    'memory/a/b/c/d/e/f/g.md',
    `memory/${'x'.repeat(90)}.md`,
  ]
  expect(taken.filter((path) => !MemoryPath.safeParse(path).success)).toEqual([])
  expect(refused.filter((path) => MemoryPath.safeParse(path).success)).toEqual([])
})

test('a memory is listed, read, written, made anew, and removed, each once', async () => {
  const world = await aWorld()
  await writeFile(world.at('memory', '2026-11-20.md'), '# Friday\n', { mode: 0o640 })
  await writeFile(world.at('memory', 'picture.png'), 'no text')
  await writeFile(world.at('memory', '.secret.md'), 'hidden')
  world.gateway.files.write('main', 'MEMORY.md', '# Long\n')
  const listed = await world.list()
  expect(listed).toMatchObject({ isComplete: true, reach: 'all' })
  expect(listed.files.map(({ path }) => path).toSorted()).toEqual(['MEMORY.md', 'memory/2026-11-20.md'])

  const { hash } = await world.read('memory/2026-11-20.md')
  const second = await world.put('memory/2026-11-20.md', '# Friday\n\n很好。\n', hash)
  expect(second).toMatchObject({ ok: true, done: { wasAlready: false, before: hash } })
  expect(await readFile(world.at('memory', '2026-11-20.md'), 'utf8')).toBe('# Friday\n\n很好。\n')
  expect((await stat(world.at('memory', '2026-11-20.md'))).mode & 0o777).toBe(0o640)
  expect(await world.put('memory/2026-11-20.md', '# Friday\n\n很好。\n', hash)).toMatchObject({
    ok: true,
    done: { wasAlready: true },
  })
  expect(await world.put('memory/2026-11-20.md', 'late', hash)).toMatchObject({ ok: false, failure: 'stale' })

  const made = await world.put('memory/项目/计划.md', '一\n')
  expect(made).toMatchObject({ ok: true, done: { wasAlready: false, before: null } })
  expect(await readFile(world.at('memory', '项目', '计划.md'), 'utf8')).toBe('一\n')
  expect(await world.put('memory/项目/计划.md', '二\n')).toMatchObject({ ok: false, failure: 'stale' })
  expect(await world.remove('memory/项目/计划.md', '0'.repeat(64))).toMatchObject({ ok: false, failure: 'stale' })
  expect(await world.remove('memory/项目/计划.md', hashOf(made))).toMatchObject({ ok: true, done: { after: null } })
  expect(await world.remove('memory/项目/计划.md', hashOf(made))).toMatchObject({
    ok: true,
    done: { wasAlready: true },
  })
  expect(await world.read('memory/项目/计划.md')).toMatchObject({ isMissing: true, hash: null, content: '' })

  const main = await world.read('MEMORY.md')
  expect(await world.put('MEMORY.md', '# Short\n', main.hash)).toMatchObject({ ok: true })
  expect(await world.read('MEMORY.md')).toMatchObject({ content: '# Short\n' })
  expect(world.cloud.faults).toEqual([])
})

test('nothing leads out of the memory: no path, no link, no second name', async () => {
  const world = await aWorld()
  const outside = join(world.folder, 'outside')
  await mkdir(outside)
  await writeFile(join(outside, 'a.md'), 'outside')
  await symlink(outside, world.at('memory', 'door'))
  await symlink(join(outside, 'a.md'), world.at('memory', 'window.md'))
  await link(join(outside, 'a.md'), world.at('memory', 'twin.md'))
  for (const path of ['memory/../../outside/a.md', '/etc/a.md', 'memory/.hidden.md', 'memory/a\u0000.md'])
    expect([path, await world.put(path, 'x')]).toMatchObject([path, { ok: false, failure: 'unsupported' }])
  for (const path of ['memory/door/a.md', 'memory/door/new.md', 'memory/window.md', 'memory/twin.md'])
    expect([path, await world.put(path, 'x')]).toMatchObject([path, { ok: false, failure: 'gateway_refused' }])
  for (const path of ['memory/window.md', 'memory/twin.md'])
    expect(await world.read(path)).toMatchObject({ isMissing: true })
  expect(await readFile(join(outside, 'a.md'), 'utf8')).toBe('outside')
  await expect(stat(join(outside, 'new.md'))).rejects.toThrow('ENOENT')
})

test('whoever is faster wins, and leaves no half file', async () => {
  const world = await aWorld()
  await writeFile(world.at('memory', 'a.md'), 'one')
  const { hash } = await world.read('memory/a.md')
  let isFirst = true
  // The gateway still says what was there; the agent writes before the connector does.
  const { workspace } = world.gateway
  const { get } = workspace
  workspace.get = (...args) => {
    const answer = get.apply(workspace, args)
    if (isFirst) writeFileSync(world.at('memory', 'a.md'), 'by the agent')
    isFirst = false
    return answer
  }
  expect(await world.put('memory/a.md', 'two', hash)).toMatchObject({ ok: false, failure: 'stale' })
  expect(await readFile(world.at('memory', 'a.md'), 'utf8')).toBe('by the agent')
  expect((await world.list()).files).toHaveLength(1)
})

test('without its machine, the group, or a redacted passage, nothing is written; what is too large is said to be', async () => {
  const world = await aWorld()
  world.gateway.workspace.hostname = 'another-machine'
  expect(await world.list()).toMatchObject({ reach: 'main_only' })
  expect(await world.put('memory/a.md', 'x')).toMatchObject({ ok: false, failure: 'gateway_refused' })
  expect(await world.put('MEMORY.md', 'x')).toMatchObject({ ok: true })
  await expect(stat(world.at('memory', 'a.md'))).rejects.toThrow('ENOENT')
  await writeFile(world.at('memory', 'large.md'), 'x'.repeat(140_000))
  await writeFile(world.at('memory', 'huge.md'), 'x'.repeat(300_000))
  for (const path of ['memory/large.md', 'memory/huge.md'])
    expect(await world.send('gateway.ask', { question: 'memory.file', agent: 'main', path })).toMatchObject({
      ok: false,
      failure: 'too_large',
    })
  await writeFile(world.at('memory', 'key.md'), 'the key is sk-abcdefghijklmnopqrstuv, keep it')
  const read = await world.read('memory/key.md')
  expect(read).toMatchObject({ redactions: 1, content: `the key is ${sentinel}, keep it` })
  expect(await world.put('memory/key.md', `x ${sentinel}`, null)).toMatchObject({
    ok: false,
    failure: 'gateway_refused',
  })
  const readOnly = await aWorld(['read'])
  expect(await readOnly.put('memory/a.md', 'x')).toMatchObject({ ok: false, failure: 'read_only' })
})

test('without an index the text itself is searched, in any script, and a secret is not found by its beginning', async () => {
  const world = await aWorld()
  await writeFile(world.at('memory', '2026-11-20.md'), '每周会议纪要\n决定：下周发布\n')
  await writeFile(world.at('memory', '2026-11-21.md'), 'Token sk-abcdefghijklmnopqrstuv\nRelease on FRIDAY\n')
  await writeFile(world.at('memory', 'huge.md'), 'x'.repeat(300_000))
  const chinese = await world.search('会议')
  expect(chinese).toMatchObject({
    searchedBy: 'text',
    isComplete: false,
    hits: [{ path: 'memory/2026-11-20.md', line: 1, snippet: expect.stringContaining('会议纪要') }],
  })
  expect(await world.search('friday release')).toMatchObject({ hits: [{ path: 'memory/2026-11-21.md', score: 1 }] })
  expect(await world.search('sk-abcdef')).toMatchObject({ hits: [] })
  expect(JSON.stringify(await world.search('token'))).not.toContain('sk-abc')
  expect(await world.search('nowhere')).toMatchObject({ hits: [] })
})

test('words are found whatever their width, case or composition, and long lines are cut around them', () => {
  expect(wordsOf('  Ａbc  abc 会议 ')).toEqual(['abc', '会议'])
  expect(matchesIn('Ｃａｆｅ́ au lait', wordsOf('café'))).toMatchObject([{ line: 1, score: 1 }])
  expect(matchesIn('one\ntwo\nthree one', wordsOf('one three')).map(({ line, score }) => [line, score])).toEqual([
    [2, 1],
    [1, 0.5],
  ])
  expect(matchesIn('one', wordsOf('one two'))).toEqual([])
  const [long] = matchesIn(`${'a'.repeat(5_000)}needle${'b'.repeat(5_000)}`, ['needle'])
  expect([long?.snippet.includes('needle'), (long?.snippet.length ?? 0) <= 600]).toEqual([true, true])
})
