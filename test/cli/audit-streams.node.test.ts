import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { CreatedStream, StreamList } from '../../worker/features/audit/streams/contract.ts'
import { runCommand } from '../support/product/command.ts'
import { testSecrets } from '../support/test-secrets.ts'
import { startWorker } from '../support/worker-in-node.ts'
import { until } from './world.ts'

let worker: Awaited<ReturnType<typeof startWorker>>
let env: { CLAWBUTLER_SERVER: string; CLAWBUTLER_API_KEY: string }
const received: { path: string; headers: IncomingHttpHeaders; body: string }[] = []
const receiver = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    received.push({ path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() })
    const isMoved = request.url === '/moved'
    response.writeHead(isMoved ? 307 : 200, isMoved ? { location: '/elsewhere' } : {}).end('ok')
  })
})
const at = (path: string) => `http://127.0.0.1:${(receiver.address() as AddressInfo).port}${path}`
const run = (...args: string[]) => runCommand(['audit', ...args], env)

beforeAll(async () => {
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  worker = await startWorker({ OUTBOUND_PRIVATE: 'allow' })
  const post = async (path: string, body: unknown, headers: Record<string, string> = {}) => {
    const json = { 'content-type': 'application/json', ...headers }
    const answer = await fetch(`${worker.url}/api/v1${path}`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(body),
    })
    const made: unknown = await answer.json()
    return made
  }
  const person = { email: 'ada@example.test', password: 'correct horse battery staple', name: 'Ada' }
  const set = await post('/auth/setup', { token: testSecrets.SETUP_TOKEN, organizationName: 'Probe', ...person })
  const { accessToken } = z.object({ accessToken: z.string() }).parse(set)
  const scopes = ['audit.read', 'streams.write']
  const made = await post('/api-keys', { name: 'terminal', scopes }, { authorization: `Bearer ${accessToken}` })
  env = { CLAWBUTLER_SERVER: worker.url, CLAWBUTLER_API_KEY: z.object({ secret: z.string() }).parse(made).secret }
}, 90_000)
afterAll(async () => {
  await worker.stop()
  receiver.closeAllConnections()
  receiver.close()
})

test('what a filter finds is exported in the format asked for, and a proof has no filter', async () => {
  const { stdout, stderr } = await run('export', '--format', 'csv', '--type', 'organization.')
  expect(stderr).toBe('')
  expect(stdout.trimEnd().split('\r\n')).toHaveLength(2)
  expect(stdout).toContain('organization.created')
  const ocsf = await run('export', '--format', 'ocsf', '--type', 'organization.')
  expect(JSON.parse(ocsf.stdout)).toMatchObject({ class_uid: 3004, metadata: { event_code: 'organization.created' } })
  expect((await run('export', '--type', 'organization.')).code).not.toBe(0)
})

test('a stream is set up from the terminal, delivers over HTTP what verifies, and a redirect is not followed', async () => {
  const created = await run('streams', 'create', 'hook', at('/hook'), '--from', 'beginning', '--json')
  const { stream, secret } = CreatedStream.parse(JSON.parse(created.stdout))
  const hooks = () => received.filter(({ path }) => path === '/hook')
  await until('a delivery', () => hooks().length > 0)
  const [told] = hooks()
  const headers = Object.fromEntries(Object.entries(told?.headers ?? {}).map(([name, value]) => [name, String(value)]))
  expect(new Webhook(secret ?? '').verify(told?.body ?? '', headers)).toMatchObject({ data: { after: 0, first: 1 } })
  expect((await run('streams', 'test', stream.id)).code).toBe(0)
  const moved = CreatedStream.parse(
    JSON.parse((await run('streams', 'create', 'moved', at('/moved'), '--from', '1', '--json')).stdout),
  )
  await until('the attempt', () => received.some(({ path }) => path === '/moved'))
  expect((await run('streams', 'test', moved.stream.id)).code).not.toBe(0)
  expect((await run('streams', 'pause', moved.stream.id)).code).toBe(0)
  const change = ['streams', 'change', moved.stream.id] as const
  expect((await run(...change)).stderr).toContain('Say what to change')
  const other = await run(...change, '--name', 'elsewhere', '--url', at('/hook'), '--type', 'approval.', '--json')
  expect(JSON.parse(other.stdout)).toMatchObject({ name: 'elsewhere', filter: { type: 'approval.' }, version: 3 })
  expect(JSON.parse((await run(...change, '--everything', '--json')).stdout)).toMatchObject({ filter: {} })
  expect((await run(...change, '--everything', '--type', 'approval.')).code).not.toBe(0)
  expect((await run(...change, '--credential')).stderr).toContain('CLAWBUTLER_STREAM_CREDENTIAL')
  const rotated = await run('streams', 'rotate-secret', stream.id)
  expect(rotated.stdout.trim()).toMatch(/^whsec_/)
  expect(rotated.stdout.trim()).not.toBe(secret)
  expect((await run(...change, '--name', 'moved')).code).toBe(0)
  const { items } = StreamList.parse(JSON.parse((await run('streams', 'list', '--json')).stdout))
  expect(items.find(({ name }) => name === 'moved')).toMatchObject({ state: 'paused', progress: { through: 0 } })
  expect(received.some(({ path }) => path === '/elsewhere')).toBe(false)
  for (const { id } of items) expect((await run('streams', 'remove', id, '--yes')).code).toBe(0)
}, 90_000)
