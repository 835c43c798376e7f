import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { accessFor } from '../cli/gateway/access.ts'
import { createIdentity } from '../cli/gateway/identity.ts'
import { GatewaySession } from '../cli/gateway/session.ts'
import { Program, quietPort } from '../test/support/processes.ts'
import { until } from '../test/support/product/client.ts'
import { Agent } from '../worker/features/agents/contract.ts'
import { CreatedConnector } from '../worker/features/connectors/contract.ts'
import { KilledAgent, KillOrder } from '../worker/features/kill-switch/contract.ts'
import { Page } from '../worker/platform/contract.ts'
import { percentile, round, spread } from './support/figures.ts'
import { type Product, startProduct } from './support/product.ts'
import { atMost, figure, report } from './support/results.ts'

const rounds = 30
const pollMs = 5
const gatewayToken = 'simulated-gateway-token'

/**
 * From the commit of an order over an agent with a running turn to its being confirmed, by the server's clock, at a
 * simulated gateway. The baseline is a client of the gateway itself that does the least that stops an agent: it aborts
 * the session, denies the tools, and reads that back.
 */
export const kill = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-kill-'))
  const product = await startProduct()
  const port = await quietPort()
  const gatewayUrl = `ws://127.0.0.1:${port}`
  const simulator = join(import.meta.dirname, '../test/support/gateway-simulator/main.ts')
  const gateway = new Program('gateway', {
    args: [simulator, '--port', String(port), '--token', gatewayToken],
    ready: /simulated gateway at/,
  })
  gateway.start()
  await until('the gateway', async () => gateway.isReady)
  const { token } = await product.client.post(CreatedConnector, '/connectors', { name: 'Bench' })
  const connector = new Program('connector', {
    args: [
      ...[join(import.meta.dirname, '../cli/main.ts'), 'connect', '--server', product.url, '--token', token],
      ...['--gateway', gatewayUrl, '--gateway-token', gatewayToken, '--state', folder],
    ],
    ready: /Connecting/,
  })
  connector.start()
  const agent = await until('the agent', async () => (await product.client.get(Page(Agent), '/agents')).items[0])
  const session = await GatewaySession.open({
    ...{ url: gatewayUrl, token: gatewayToken, identity: createIdentity(), displayName: 'Bench' },
    ...accessFor(['read', 'manage']),
    onFault: (fault, detail) => console.error(fault, detail),
    onEvent: () => undefined,
  })
  const times = { confirmed: [] as number[], aborted: [] as number[], gateway: [] as number[] }
  for (let turn = 0; turn < rounds + 2; turn++) {
    const direct = await byHand(session)
    const { confirmedMs, abortedMs } = await byOrder(product, session, agent.id)
    // The first two warm up.
    if (turn < 2) continue
    times.gateway.push(direct)
    times.confirmed.push(confirmedMs)
    times.aborted.push(abortedMs)
  }
  report(
    'kill',
    [
      atMost('order to confirmed, p50', round(percentile(times.confirmed, 0.5)), 'ms', 300),
      figure('the same, p95', round(percentile(times.confirmed, 0.95)), 'ms'),
      figure('runs aborted, since the connector had the order, p50', round(percentile(times.aborted, 0.5)), 'ms'),
    ],
    { clawbutler: { ...spread(times.confirmed), unit: 'ms' }, gateway: { ...spread(times.gateway), unit: 'ms' } },
  )
  session.close('done')
  await Promise.all([connector.kill(), gateway.kill()])
  await product.stop()
  rmSync(folder, { recursive: true, force: true })
}

const sessionKey = 'agent:main:bench'
const startRun = (session: GatewaySession) =>
  session.call('agent', { message: 'SLOW', sessionKey, idempotencyKey: crypto.randomUUID() }, z.unknown())

const byHand = async (session: GatewaySession): Promise<number> => {
  await startRun(session)
  const hash = async () => (await session.call('config.get', {}, z.object({ hash: z.string() }))).hash
  const deny = async (list: string[] | null) => {
    const raw = JSON.stringify({ agents: { entries: { main: { tools: list && { deny: list } } } } })
    const replacePaths = ['agents.entries.main.tools.deny']
    await session.call('config.patch', { raw, baseHash: await hash(), replacePaths }, z.unknown())
  }
  const startedAt = performance.now()
  await Promise.all([session.call('sessions.abort', { key: sessionKey }, z.unknown()), deny(['*'])])
  await hash()
  const took = performance.now() - startedAt
  await deny(null)
  return took
}

const byOrder = async ({ client }: Product, session: GatewaySession, agentId: string) => {
  await startRun(session)
  const scope = { kind: 'agent', agentId }
  const {
    id,
    scope: { name },
  } = await client.post(KillOrder, '/kill-switch/disable', { scope, reason: 'bench' })
  const reached = (state: KillOrder['state']) =>
    until(state, async () => {
      await new Promise((resolve) => setTimeout(resolve, pollMs))
      const order = await client.get(KillOrder, `/kill-switch/orders/${id}`)
      return order.state === state ? order : null
    })
  const { confirmedMs } = await reached('stopped')
  const [killed] = (await client.get(Page(KilledAgent), `/kill-switch/orders/${id}/agents`)).items
  await client.post(KillOrder, '/kill-switch/recover', { orderId: id, name, reason: 'bench' })
  await reached('recovered')
  return { confirmedMs: confirmedMs ?? Number.NaN, abortedMs: killed?.abortedMs ?? Number.NaN }
}
