import { spawn } from 'node:child_process'
import { connect, createServer, type Socket } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { z } from 'zod'
import { moment, sequence } from '../../cli/commands/audit-filter.ts'
import { AuditEntry } from '../../worker/features/audit/contract.ts'
import { bareEnvironment, runCommand } from '../support/product/command.ts'
import { commandLine } from '../support/product/server.ts'
import { testSecrets } from '../support/test-secrets.ts'
import { startWorker } from '../support/worker-in-node.ts'
import { until } from './world.ts'

const Listed = z.object({ items: z.array(AuditEntry) })
const Made = z.object({ apiKey: z.object({ id: z.string() }) })

let worker: Awaited<ReturnType<typeof startWorker>>
let headers: Record<string, string>
let env: { CLAWBUTLER_SERVER: string; CLAWBUTLER_API_KEY: string }

const post = async (path: string, body: unknown) => {
  const answer = await fetch(`${worker.url}/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`)
  const made: unknown = await answer.json()
  return made
}
/** One more event: `api-key.created`, whose target it answers. */
const anEvent = async () => {
  const made = await post('/api-keys', { name: 'one more', scopes: ['agents.read'] })
  return Made.parse(made).apiKey.id
}

beforeAll(async () => {
  worker = await startWorker({})
  headers = { 'content-type': 'application/json' }
  const person = { email: 'ada@example.test', password: 'correct horse battery staple', name: 'Ada' }
  const set = await post('/auth/setup', { token: testSecrets.SETUP_TOKEN, organizationName: 'Probe', ...person })
  const { accessToken } = z.object({ accessToken: z.string() }).parse(set)
  headers = { ...headers, authorization: `Bearer ${accessToken}` }
  const scopes = ['audit.read', 'activity.read', 'agents.read']
  const { secret } = z.object({ secret: z.string() }).parse(await post('/api-keys', { name: 'terminal', scopes }))
  env = { CLAWBUTLER_SERVER: worker.url, CLAWBUTLER_API_KEY: secret }
}, 60_000)
afterAll(() => worker.stop())

const search = async (...args: string[]) => {
  const ran = await runCommand(['audit', 'search', ...args, '--json'], env)
  expect([ran.code, ran.stderr]).toEqual([0, ''])
  return Listed.parse(JSON.parse(ran.stdout)).items
}

test('a search finds by words and by facts, in the order that was asked for', async () => {
  const ids = [await anEvent(), await anEvent()]
  const created = await search('--type', 'api-key.created', '--limit', '2')
  expect(created.map(({ target }) => target)).toEqual([...ids].reverse())
  expect((await search('agents', 'read', '--target', ids[0] ?? '')).map(({ target }) => target)).toEqual([ids[0]])
  expect(await search('nowhere-to-be-found')).toEqual([])
  const [first] = await search('--order', 'oldest', '--limit', '1', '--from', '2h')
  expect(first?.seq).toBe(1)
  expect(await search('--to', '1h')).toEqual([])
  const [actor] = created.map((entry) => entry.actor.id)
  expect((await search('--actor', actor ?? '', '--type', 'api-key.')).length).toBeGreaterThan(2)
})

test('a saved search is found by its name or id, and narrowed by what else is given', async () => {
  const id = await anEvent()
  await anEvent()
  const query = { type: 'api-key.created', order: 'oldest' }
  const made = await post('/audit/searches', { name: 'Keys made', query })
  const saved = z.object({ id: z.string() }).parse(made)
  const found = await search('--saved', 'Keys made', '--limit', '200')
  expect(found.length).toBeGreaterThan(1)
  expect(found.every(({ type }) => type === 'api-key.created')).toBe(true)
  expect(found.map(({ seq }) => seq)).toEqual(found.map(({ seq }) => seq).sort((a, b) => a - b))
  expect((await search('--saved', saved.id, '--target', id)).map(({ target }) => target)).toEqual([id])
  expect((await search('--saved', saved.id, '--order', 'newest', '--limit', '1'))[0]?.target).not.toBe(found[0]?.target)
  const unknown = await runCommand(['audit', 'search', '--saved', 'nothing'], env)
  expect([unknown.code, unknown.stderr]).toEqual([1, 'There is no saved search "nothing".\n'])
})

test('more than one page is read through, and what is left is told', async () => {
  for (let made = 0; made < 205; made += 1) await anEvent()
  const found = await search('--type', 'api-key.created', '--limit', '203')
  expect(found.length).toBe(203)
  expect(new Set(found.map(({ seq }) => seq)).size).toBe(203)
  const table = await runCommand(['audit', 'search', '--type', 'api-key.', '--limit', '3'], env)
  const lines = table.stdout.trimEnd().split('\n')
  expect([table.code, lines.length]).toEqual([0, 4])
  expect(lines[0]).toMatch(/^SEQ +AT +RISK +TYPE +ACTOR +WHAT$/)
  expect(table.stderr).toMatch(/^3 of \d{3} events; --limit shows more\.\n$/)
}, 60_000)

test('what is no filter is refused before or by the server, and says so', async () => {
  const usage = [
    ['--from', 'yesterday'],
    ['--from', '1h', '--to', '2h'],
    ['--order', 'random'],
    ['--limit', '0'],
  ]
  for (const args of usage)
    expect([args, (await runCommand(['audit', 'search', ...args], env)).code]).toEqual([args, 2])
  const refused = await runCommand(['audit', 'search', '--risk', 'huge'], env)
  expect([refused.code, refused.stdout]).toEqual([1, ''])
  expect(refused.stderr).toContain('risk')
})

test('moments are ISO 8601 or so long ago', () => {
  expect(moment('2026-11-21T08:00:00Z')).toBe('2026-11-21T08:00:00.000Z')
  expect(moment('2026-11-21T08:00+08:00')).toBe('2026-11-21T00:00:00.000Z')
  expect(moment('2026-11-21')).toBe(new Date(2026, 10, 21).toISOString())
  const ago = Date.now() - Date.parse(moment('2h'))
  expect(Math.abs(ago - 7_200_000)).toBeLessThan(60_000)
  for (const text of ['', '2026', '2026-13-01', '2026-02-30T25:00', '12', '1w', 'now'])
    expect(() => moment(text)).toThrow()
  expect([sequence('0'), sequence('12')]).toEqual([0, 12])
  for (const text of ['', '-1', '1.5', 'x', '1e3']) expect(() => sequence(text)).toThrow()
})

/** Stands between the command and the server, and can cut every line at once. */
const aWire = async () => {
  const { hostname, port } = new URL(worker.url)
  const sockets = new Set<Socket>()
  let connections = 0
  const server = createServer((near) => {
    connections += 1
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => {})
      socket.on('close', () => sockets.delete(socket))
    }
    near.pipe(far)
    far.pipe(near)
    near.on('close', () => far.destroy())
    far.on('close', () => near.destroy())
  })
  const cut = () => {
    for (const socket of sockets) socket.destroy()
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    cut()
    server.close()
  })
  const address = server.address()
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
  return { url, cut, connections: () => connections }
}

/** Follows the sequence; `seen` are the targets of what it printed. */
const tail = (server: string, ...args: string[]) => {
  const child = spawn(process.execPath, [commandLine, 'audit', 'tail', '--json', ...args], {
    env: { ...bareEnvironment, ...env, CLAWBUTLER_SERVER: server },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  const entries = () =>
    printed
      .split('\n')
      .slice(0, -1)
      .map((line) => AuditEntry.parse(JSON.parse(line)))
  return { child, ended, entries, seen: () => entries().map(({ target }) => target) }
}

test('a tail goes on behind the last event over a cut line, without loss or repeat, and ends in order', async () => {
  const wire = await aWire()
  const before = await anEvent()
  const [{ seq = 0 } = {}] = await search('--target', before)
  const { child, ended, entries, seen } = tail(wire.url, '--since', String(seq - 1), '--type', 'api-key.created')
  await until('what had happened', () => seen().length === 1)
  const wanted: (string | null)[] = [before]
  for (let round = 0; round < 3; round += 1) {
    wire.cut()
    wanted.push(await anEvent())
    const connected = wire.connections()
    await until('a new connection', () => wire.connections() > connected || seen().length === wanted.length)
    wanted.push(await anEvent())
    await until('what happened meanwhile', () => seen().length >= wanted.length)
  }
  expect(seen()).toEqual(wanted)
  const numbers = entries().map((entry) => entry.seq)
  expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b))
  child.kill('SIGINT')
  expect(await ended).toBe(0)
}, 90_000)
