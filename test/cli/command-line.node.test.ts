import { spawn } from 'node:child_process'
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { plain, table } from '../../cli/output/output.ts'
import { bareEnvironment } from '../support/product/command.ts'
import { aCloud, aFolder, aGateway, until } from './world.ts'

const bin = join(import.meta.dirname, '../../cli/bin.mjs')

type Ran = { stdout: string; stderr: string; code: number | null }

/** Starts the command in a home of its own; what it prints is gathered. */
function start(args: string[], env: NodeJS.ProcessEnv = {}) {
  const ran: Ran = { stdout: '', stderr: '', code: null }
  const child = spawn(process.execPath, [bin, ...args], { env: { ...bareEnvironment, ...env } })
  child.stdout.on('data', (data: Buffer) => {
    ran.stdout += data
  })
  child.stderr.on('data', (data: Buffer) => {
    ran.stderr += data
  })
  const ended = new Promise<Ran>((resolve) => {
    child.once('close', (code) => resolve(Object.assign(ran, { code })))
  })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await ended
  })
  return { child, ran, ended }
}

const run = (args: string[], env?: NodeJS.ProcessEnv) => start(args, env).ended

const mode = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

async function body(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += chunk
  return text
}

/** A server of the API with just these answers, by method and path. */
async function anApi(routes: Record<string, (request: IncomingMessage, text: string) => [number, unknown]>) {
  const asked: { what: string; authorization: string | undefined; text: string }[] = []
  const server = createServer(async (request, response) => {
    const what = `${request.method} ${request.url?.split('?')[0]}`
    const text = await body(request)
    asked.push({ what, authorization: request.headers.authorization, text })
    const [status, value] = routes[what]?.(request, text) ?? [404, { error: 'no such path' }]
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => void server.close())
  const address = server.address()
  return { asked, url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` }
}

const capabilities = { organizationId: `org_${'0'.repeat(26)}`, role: 'owner', capabilities: ['agents.read'] }

test('connect saves a private profile after the welcome, and the second time needs nothing', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const state = await aFolder()
  const options = ['--server', cloud.url, '--token', cloud.token, '--gateway', gateway.url]
  const first = start(['connect', ...options, '--gateway-token', gateway.token, '--state', state, '--read-only'])
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  await until('saved', () => stat(join(state, 'connector.json')).catch(() => null))
  first.child.kill('SIGTERM')
  expect((await first.ended).code).toBe(0)
  expect(await mode(state)).toBe('700')
  for (const name of ['connector.json', 'device.json']) expect(await mode(join(state, name))).toBe('600')
  expect(first.ran.stdout + first.ran.stderr).not.toContain(cloud.token)

  start(['connect'], { CLAWBUTLER_STATE: state })
  await until('second hello', () => cloud.hellos.length === 2)
  expect(cloud.hellos[1]?.groups).toEqual(['read'])
})

test('after kill -9 the next connector goes on without losing or repeating anything', async () => {
  const cloud = await aCloud({ acknowledge: false })
  const gateway = await aGateway()
  const state = await aFolder()
  const env = { CLAWBUTLER_SERVER: cloud.url, CLAWBUTLER_TOKEN: cloud.token, CLAWBUTLER_STATE: state }
  const options = ['connect', '--gateway', gateway.url, '--gateway-token', gateway.token]
  const first = start(options, env)
  await until('roster', () => cloud.of('gateway.roster').length > 0)
  const runs = Array.from({ length: 50 }, () => gateway.startRun({ command: 'ls', approval: 'none' }))
  await Promise.all(runs.map((run) => run.done))
  first.child.kill('SIGKILL')
  await first.ended
  const missed = gateway.startRun({ command: 'while away', approval: 'none' })
  await missed.done
  cloud.acknowledge = true
  start(options, env)
  const told = () => new Set(cloud.of('run.ended').map(({ payload }) => payload.runId))
  await until('all runs', () => [...runs, missed].every((run) => told().has(run.runId)))
  expect(cloud.faults).toEqual([])
  expect(new Set(cloud.keys()).size).toBe(cloud.keys().length)
})

test('two connectors do not share a state folder', async () => {
  const cloud = await aCloud()
  const gateway = await aGateway()
  const state = await aFolder()
  const options = ['connect', '--server', cloud.url, '--token', cloud.token, '--gateway', gateway.url, '--state', state]
  start([...options, '--gateway-token', gateway.token])
  await until('hello', () => cloud.hellos.length === 1)
  const second = await run(options)
  expect(second.code).toBe(1)
  expect(second.stderr).toContain('already works on')
})

test('doctor names what does not work and how to mend it', async () => {
  const state = await aFolder()
  const cloud = await aCloud()
  const options = ['--server', cloud.url, '--token', cloud.token, '--gateway', 'ws://127.0.0.1:9', '--state', state]
  const { code, stdout } = await run(['connector', 'doctor', ...options, '--json'])
  expect(code).toBe(1)
  const { steps } = JSON.parse(stdout)
  const failed = steps.filter((step: { outcome: string }) => step.outcome === 'fail')
  expect(failed).toMatchObject([{ name: 'gateway.reachable', remedy: expect.stringContaining('gateway') }])
})

test('usage is 2, not signed in is 3', async () => {
  const home = await aFolder()
  const env = { HOME: home, XDG_CONFIG_HOME: home, XDG_STATE_HOME: home }
  expect((await run(['connect'], env)).code).toBe(2)
  expect((await run(['connect', '--server', 'ftp://x', '--token', 't'], env)).code).toBe(2)
  expect((await run(['approvals', 'list', '--nonsense'], env)).code).toBe(2)
  expect((await run(['whoami'], env)).code).toBe(3)
  expect((await run(['--help'], env)).code).toBe(0)
})

test('login waits for the browser, keeps the tokens to itself, and renews them when they are spent', async () => {
  const home = await aFolder()
  let polls = 0
  const me = (request: IncomingMessage): [number, unknown] =>
    request.headers.authorization === 'Bearer access-2'
      ? [200, capabilities]
      : request.headers.authorization === 'Bearer access-1' && polls < 3
        ? [200, capabilities]
        : [401, problem('token_expired', 401)]
  const problem = (code: string, status: number) => ({
    type: 'about:blank',
    title: code,
    status,
    code,
    detail: 'The token has expired.',
    requestId: 'req_1',
  })
  const api = await anApi({
    'POST /api/v1/auth/device/code': () => [
      200,
      {
        device_code: 'device',
        user_code: 'ABCD-EFGH',
        verification_uri: 'http://here/device',
        verification_uri_complete: 'http://here/device?code=ABCD-EFGH',
        expires_in: 60,
        interval: 1,
      },
    ],
    'POST /api/v1/auth/device/token': () => {
      polls++
      if (polls === 1) return [400, { error: 'authorization_pending' }]
      const organizationId = capabilities.organizationId
      const tokens = { accessToken: 'access-1', refreshToken: 'refresh-1', expiresInMs: 900_000, organizationId }
      return [200, { tokenType: 'Bearer', ...tokens }]
    },
    'POST /api/v1/auth/refresh': () => {
      const organizationId = capabilities.organizationId
      const tokens = { accessToken: 'access-2', refreshToken: 'refresh-2', expiresInMs: 900_000, organizationId }
      return [200, { tokenType: 'Bearer', ...tokens }]
    },
    'GET /api/v1/me/capabilities': (request) => me(request),
    'POST /api/v1/auth/logout': () => [204, null],
  })
  const env = { HOME: home, XDG_CONFIG_HOME: home }
  const login = await run(['login', '--server', api.url], env)
  expect(login).toMatchObject({ code: 0 })
  expect(login.stderr).toContain('ABCD-EFGH')
  expect(login.stdout + login.stderr).not.toMatch(/access-1|refresh-1/)
  const file = join(home, 'clawbutler', 'sign-in.json')
  expect(await mode(file)).toBe('600')
  expect(api.asked[0]?.text).toBe('client_id=clawbutler-cli')

  polls = 3
  const capable = await run(['capabilities', '--json'], env)
  expect(JSON.parse(capable.stdout)).toEqual(capabilities)
  expect(JSON.parse(await readFile(file, 'utf8')).refreshToken).toBe('refresh-2')
  expect((await run(['logout'], env)).code).toBe(0)
  expect((await run(['capabilities'], env)).code).toBe(3)
})

test('a refusal is one sentence with code and request id; an API key needs no login', async () => {
  const home = await aFolder()
  const api = await anApi({
    'POST /api/v1/connectors': () => [
      403,
      {
        type: 'about:blank',
        title: 'Forbidden',
        status: 403,
        code: 'forbidden',
        detail: 'Your role may not do this.',
        requestId: 'req_42',
      },
    ],
  })
  const env = { HOME: home, XDG_CONFIG_HOME: home, CLAWBUTLER_SERVER: api.url, CLAWBUTLER_API_KEY: 'cbk_secret' }
  const refused = await run(['connectors', 'create', 'Office'], env)
  expect(refused).toMatchObject({ code: 6, stdout: '' })
  expect(refused.stderr.trim()).toBe('Your role may not do this. (forbidden, request req_42)')
  expect(api.asked[0]?.authorization).toBe('Bearer cbk_secret')
})

test('mail list reads the operator token of the state folder', async () => {
  const state = await aFolder()
  await mkdir(state, { recursive: true })
  await writeFile(join(state, 'secrets.json'), JSON.stringify({ OPERATOR_TOKEN: 'operator', OTHER: 'x' }))
  const api = await anApi({ 'GET /api/v1/operator/mail': () => [200, { items: [], nextCursor: null }] })
  const listed = await run(['mail', 'list', '--server', api.url, '--state', state, '--json'])
  expect(JSON.parse(listed.stdout)).toEqual({ items: [] })
  expect(api.asked[0]?.authorization).toBe('Bearer operator')
})

test('what an agent wrote cannot steer the terminal', () => {
  expect(plain('ls\u001b[2K\rrm -rf /')).toBe('ls\\u{d}rm -rf /')
  expect(plain('a\u202eb')).toBe('a\\u{202e}b')
  expect(table([{ name: '机器人', id: 1 }], { name: (row) => row.name, id: (row) => row.id })).toBe(
    'NAME    ID\n机器人  1',
  )
})

test('a server that speaks no TLS is said to, in one sentence of ours', async () => {
  const { url } = await anApi({})
  const { code, stdout, stderr } = await run(['login', '--server', url.replace('http:', 'https:')])
  expect([code, stdout]).toEqual([1, ''])
  expect(stderr.trim()).toBe(
    `${url.replace('http:', 'https:')} cannot be reached: no TLS is spoken there; is it http://?`,
  )
})
