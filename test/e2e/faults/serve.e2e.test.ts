import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { isAlive } from '../../../cli/state/process-identity.ts'
import { AuthMethods } from '../../../worker/features/auth/contract.ts'
import { Connector, CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { startSimulator } from '../../support/gateway-simulator/simulator.ts'
import { Program, quietPort } from '../../support/processes.ts'
import { owner, ownerEnv, signIn, until } from '../../support/product/client.ts'

const main = join(import.meta.dirname, '../../../cli/main.ts')
const started: Program[] = []
afterEach(async () => {
  for (const program of started.splice(0)) await program.kill()
})

/** `npm start` on a folder and a port of its own. */
const aServer = async (env: Record<string, string> = {}) => {
  const port = await quietPort()
  const stateDir = join(mkdtempSync(join(tmpdir(), 'clawbutler-serve-')), 'state')
  const given = { HOST: '127.0.0.1', PORT: String(port), CLAWBUTLER_STATE_DIR: stateDir, ...env }
  const program = new Program('server', { args: [main, 'serve'], env: given, ready: /stop with Ctrl/ })
  started.push(program)
  program.start()
  return { program, stateDir, url: `http://127.0.0.1:${given.PORT}` }
}

const running = async (env: Record<string, string> = {}) => {
  const server = await aServer(env)
  await until('the server', async () => {
    if (server.program.collapse) throw new Error(server.program.collapse)
    return server.program.isReady
  })
  return server
}

/** The runtime that a server has started; null while it has none. */
const runtimeOf = (pid: number): number | null => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean)
  const runtime = children.find((child) => readFileSync(`/proc/${child}/comm`, 'utf8').trim() === 'workerd')
  return runtime === undefined ? null : Number(runtime)
}

/** Waits until the program has ended by itself; answers its last words. */
const ended = (program: Program) => until('the end', async () => program.collapse)

const setUp = (url: string, token: string, email: string) =>
  fetch(`${url}/api/v1/auth/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, email, password: owner.password, name: 'First', organizationName: 'First' }),
  })

test('it listens where HOST and PORT say and keeps its state where CLAWBUTLER_STATE_DIR says, for its owner only', async () => {
  const { url, stateDir, program } = await running()
  expect((await fetch(`${url}/health`)).status).toBe(200)
  expect((await fetch(url)).headers.get('content-type')).toContain('text/html')
  expect(program.output).toContain(`localhost:${new URL(url).port}`)
  expect(statSync(stateDir).mode & 0o777).toBe(0o700)
  expect(statSync(join(stateDir, 'secrets.json')).mode & 0o777).toBe(0o600)
})

test('files are compressed, one of another version is not there, and the runtime takes no orders from headers', async () => {
  const { url } = await running()
  const page = await fetch(url)
  const script = /\/assets\/[^"]+\.js/.exec(await page.text())?.[0] ?? ''
  const file = await fetch(url + script)
  expect([page, file].map(({ status, headers }) => [status, headers.get('content-encoding')])).toEqual([
    [200, 'gzip'],
    [200, 'gzip'],
  ])
  expect((await file.text()).length).toBeGreaterThan(Number(file.headers.get('content-length') ?? 0))
  const gone = await fetch(`${url}/assets/gone-0000.js`)
  expect([gone.status, gone.headers.get('cache-control')]).toEqual([404, 'no-store'])
  const steered = await fetch(`${url}/health`, { headers: { 'mf-original-url': `${url}/api/v1/me` } })
  expect(await steered.json()).toEqual({ ok: true })
})

test('the printed link makes one first owner, and only one', async () => {
  const { url, program } = await running()
  const token = /setup\?token=(\S+)/.exec(program.output)?.[1] ?? ''
  const { setupRequired } = AuthMethods.parse(await (await fetch(`${url}/api/v1/auth/methods`)).json())
  expect(setupRequired).toBe(true)
  expect((await setUp(url, `${token}x`, 'thief@example.test')).status).toBe(403)
  expect((await setUp(url, token, owner.email)).status).toBe(201)
  expect((await setUp(url, token, 'second@example.test')).status).toBe(403)
  await signIn(url)
})

test('with a bootstrap owner in the environment nobody has to open a link', async () => {
  const { url, program } = await running(ownerEnv)
  expect(program.output).toContain(owner.email)
  expect(program.output).not.toContain(owner.password)
  expect(program.output).not.toContain('setup?token=')
  await signIn(url)
})

test('a wrong variable is named in one sentence, and nothing is started', async () => {
  const { program } = await aServer({ PORT: 'eighty' })
  const words = await ended(program)
  expect(words).toContain('clawbutler serve: PORT')
  expect(words).toContain('ended by itself with 1')
  expect(words.trim().split('\n')).toHaveLength(1)
})

test('a second server on the same state is refused and says why; the first goes on', async () => {
  const first = await running()
  const second = await aServer({ CLAWBUTLER_STATE_DIR: first.stateDir })
  expect(await ended(second.program)).toContain(`(process ${first.program.pid}) already works on`)
  expect((await fetch(`${first.url}/health`)).status).toBe(200)
})

test('SIGTERM to npm ends the server too, and is no failure', async () => {
  const port = await quietPort()
  const stateDir = join(mkdtempSync(join(tmpdir(), 'clawbutler-serve-')), 'state')
  const npm = spawn('npm', ['start'], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), CLAWBUTLER_STATE_DIR: stateDir },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  let output = ''
  npm.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const exit = new Promise((resolve) => npm.once('exit', resolve))
  await until('the server', async () => output.includes('stop with Ctrl'))
  npm.kill('SIGTERM')
  expect(await exit).toBe(0)
  await expect(fetch(`http://127.0.0.1:${port}`)).rejects.toThrow('fetch failed')
})

test('SIGTERM while it still starts ends it, with its runtime, and the next start is whole', async () => {
  const server = await aServer(ownerEnv)
  const { pid } = server.program
  if (pid === undefined) throw new Error('the server did not start')
  const runtime = await until('the runtime', async () => runtimeOf(pid))
  process.kill(pid, 'SIGTERM')
  expect(await ended(server.program)).toContain('ended by itself with 0')
  expect(server.program.output).not.toContain('stop with Ctrl')
  await until('the end of the runtime', async () => !isAlive(runtime))
  server.program.start()
  await until('the second start', async () => server.program.isReady)
  await signIn(server.url)
})

test('SIGTERM ends it in time with a stream and a connector open, and the next start finds everything', async () => {
  const server = await running(ownerEnv)
  const gateway = await startSimulator()
  const client = await signIn(server.url)
  const { connector, token } = await client.post(CreatedConnector, '/connectors', { name: 'Kept' })
  const linked = new Program('connector', {
    args: [
      ...[main, 'connect', '--server', server.url, '--token', token, '--gateway', gateway.url],
      ...['--gateway-token', gateway.token, '--state', mkdtempSync(join(tmpdir(), 'clawbutler-linked-'))],
    ],
    ready: /Connected to http/,
  })
  started.push(linked)
  linked.start()
  const online = async () => {
    const { state, agents } = await client.get(Connector, `/connectors/${connector.id}`)
    return state === 'online' && agents > 0
  }
  await until('the connector', online)
  const stream = openStream(`${server.url}/api/v1/activity/events`, await client.authorization())
  await stream.opened
  const { pid } = server.program
  if (!pid) throw new Error('the server has gone')
  const asked = performance.now()
  process.kill(pid, 'SIGTERM')
  expect(await ended(server.program)).toContain('ended by itself with 0')
  // The promise itself: whoever stops the service may kill what is left after five seconds.
  expect(performance.now() - asked).toBeLessThan(5_000)
  await stream.closed

  server.program.start()
  await until('the second start', async () => server.program.isReady)
  expect(server.program.output).not.toContain('First steps')
  await until('the connector again', online)
  const secrets = z.object({ SETUP_TOKEN: z.string() })
  const { SETUP_TOKEN } = secrets.parse(JSON.parse(readFileSync(join(server.stateDir, 'secrets.json'), 'utf8')))
  expect((await setUp(server.url, SETUP_TOKEN, 'late@example.test')).status).toBe(403)
  await linked.kill()
  await gateway.close()
})

const openStream = (url: string, authorization: string) => {
  const stream = request(url, { headers: { authorization, accept: 'text/event-stream' } })
  const closed = new Promise<void>((resolve) => {
    stream.on('close', () => resolve())
    stream.on('error', () => resolve())
  })
  const opened = new Promise<void>((resolve, reject) => {
    stream.on('response', (answer) => answer.once('data', () => resolve()).on('error', () => undefined))
    stream.on('error', reject)
  })
  stream.end()
  return { opened, closed }
}
