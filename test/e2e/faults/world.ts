import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { CreatedApiKey } from '../../../worker/features/api-keys/contract.ts'
import { Connector, CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { Program, quietPort } from '../../support/processes.ts'
import { ownerEnv, signIn, until } from '../../support/product/client.ts'

const fileOf = (path: string) => join(import.meta.dirname, '../../..', path)
const gatewayToken = 'simulated-gateway-token'

/** The product, its connector and a gateway, each a process of its own with its state on disk. */
export interface World {
  parts: readonly Program[]
  server: Program
  connector: Program
  gateway: Program
  /** A request to the API with a key that outlives restarts. */
  api: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Response>
  /** A request to the gateway's own control. */
  control: (method: 'GET' | 'POST', path: string, body?: object) => Promise<unknown>
  /** Where the gateway keeps its ledger and its book of approvals. */
  gatewayState: string
}

export const startWorld = async (): Promise<World> => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-faults-'))
  const gatewayState = join(folder, 'gateway')
  const port = await quietPort()
  const gatewayPort = await quietPort()
  const url = `http://127.0.0.1:${port}`
  const gatewayUrl = `ws://127.0.0.1:${gatewayPort}`
  const simulator = fileOf('test/support/gateway-simulator/main.ts')
  const gateway = new Program('gateway', {
    args: [simulator, '--port', String(gatewayPort), '--state', gatewayState, '--token', gatewayToken],
    ready: /simulated gateway at/,
  })
  const main = fileOf('cli/main.ts')
  const server = new Program('server', {
    args: [main, 'serve'],
    env: { HOST: '127.0.0.1', PORT: String(port), CLAWBUTLER_STATE_DIR: join(folder, 'server'), ...ownerEnv },
    ready: /stop with Ctrl/,
  })
  gateway.start()
  server.start()
  await until('the server', async () => collapseOf(server) || server.isReady, 180_000)
  const owner = await signIn(url)
  const scopes = ['agents.read', 'connectors.read', 'approvals.read', 'approvals.decide', 'audit.read']
  const { secret } = await owner.post(CreatedApiKey, '/api-keys', { name: 'load', scopes })
  const { token, connector: created } = await owner.post(CreatedConnector, '/connectors', { name: 'Simulated' })
  const connector = new Program('connector', {
    args: [
      ...[main, 'connect', '--server', url, '--token', token, '--gateway', gatewayUrl],
      ...['--gateway-token', gatewayToken, '--state', join(folder, 'connector')],
    ],
    ready: /Connecting/,
  })
  connector.start()
  const seen = async () => (await owner.get(Connector, `/connectors/${created.id}`)).agents > 0
  await until('the first roster', async () => collapseOf(connector) || (await seen()))
  return {
    parts: [server, connector, gateway],
    server,
    connector,
    gateway,
    api: (method, path, body) => ask(`${url}/api/v1${path}`, method, body, { authorization: `Bearer ${secret}` }),
    control: async (method, path, body) => {
      const answer = await ask(`http://127.0.0.1:${gatewayPort}/control/${path}`, method, body, {})
      return answer.json()
    },
    gatewayState,
  }
}

const collapseOf = (part: Program): false => {
  if (part.collapse) throw new Error(part.collapse)
  return false
}

const ask = (url: string, method: string, body: object | undefined, headers: Record<string, string>) =>
  fetch(url, {
    method,
    headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  })

/** Every item of a paged list. */
export const readAll = async <T extends z.ZodType>(world: World, path: string, item: T): Promise<z.infer<T>[]> => {
  const Page = z.object({ items: z.array(item), nextCursor: z.string().nullable() })
  const items: z.infer<T>[] = []
  let cursor: string | null = null
  do {
    const separator = path.includes('?') ? '&' : '?'
    const query = `${separator}limit=200${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`
    const answer = await world.api('GET', `${path}${query}`)
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`)
    const page: z.infer<typeof Page> = Page.parse(await answer.json())
    items.push(...page.items)
    cursor = page.nextCursor
  } while (cursor !== null)
  return items
}
