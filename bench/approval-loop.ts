import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { eventData } from '../cli/api/event-stream.ts'
import { accessFor } from '../cli/gateway/access.ts'
import { createIdentity } from '../cli/gateway/identity.ts'
import { GatewaySession } from '../cli/gateway/session.ts'
import { Program, quietPort } from '../test/support/processes.ts'
import { until } from '../test/support/product/client.ts'
import { AuditEntry } from '../worker/features/audit/contract.ts'
import { Connector, CreatedConnector } from '../worker/features/connectors/contract.ts'
import { alternate, percentile, round, spread } from './support/figures.ts'
import { type Product, startProduct } from './support/product.ts'
import { atMost, figure, report } from './support/results.ts'

const rounds = 20
const inEachRound = 10
const gatewayToken = 'simulated-gateway-token'
const Requested = z.object({ id: z.string() })
const Phase = z.object({ runId: z.string(), data: z.object({ phase: z.string().optional() }) })

/**
 * From a run that wants to execute something to the moment at which the gateway goes on with it: decided over
 * ClawButler (connector, server, a client that follows the stream and decides at once, and back), against a client that
 * is connected to the gateway itself and decides at once. Both are watched by the same third connection.
 */
export const approvalLoop = async (): Promise<void> => {
  const folder = mkdtempSync(join(tmpdir(), 'clawbutler-loop-'))
  const product = await startProduct()
  const { gateway, url: gatewayUrl } = await startGateway()
  const connector = await startConnector(product, gatewayUrl, folder)
  let decider: 'clawbutler' | 'gateway' = 'gateway'
  const waiting = new Map<string, () => void>()
  const ended = new Map<string, () => void>()

  const session = await GatewaySession.open({
    ...{ url: gatewayUrl, token: gatewayToken, identity: createIdentity(), displayName: 'Bench' },
    ...accessFor(['read', 'approvals']),
    scopes: ['operator.read', 'operator.write', 'operator.approvals', 'operator.admin'],
    onFault: (fault, detail) => console.error(fault, detail),
    onEvent: (name, payload) => {
      if (name === 'exec.approval.requested' && decider === 'gateway')
        void session.call('exec.approval.resolve', { ...Requested.parse(payload), decision: 'allow-once' }, z.unknown())
      const phase = name === 'agent' ? Phase.safeParse(payload).data : undefined
      if (phase?.data.phase === 'approval-resolved') waiting.get(phase.runId)?.()
    },
  })
  const stop = new AbortController()
  const mine = () => decider === 'clawbutler'
  void decideFromStream(product, stop.signal, mine, (runId) => ended.get(runId)?.())

  const once = async (): Promise<number> => {
    const runId = crypto.randomUUID()
    const startedAt = performance.now()
    const resolved = new Promise<number>((resolve) => waiting.set(runId, () => resolve(performance.now() - startedAt)))
    const run = { message: 'EXEC:uname -a', sessionKey: 'agent:main:bench', idempotencyKey: runId }
    const over = new Promise<void>((resolve) => ended.set(runId, resolve))
    await session.call('agent', run, z.unknown())
    const took = await resolved
    waiting.delete(runId)
    // The next one starts on a quiet line: what is measured is a decision, not a queue of events.
    await over
    ended.delete(runId)
    return took
  }
  const times = { clawbutler: [] as number[], gateway: [] as number[] }
  const take = async (by: typeof decider) => {
    decider = by
    for (let index = 0; index < inEachRound; index++) times[by].push(await once())
  }
  await take('clawbutler')
  await take('gateway')
  times.clawbutler.length = 0
  times.gateway.length = 0
  await alternate(
    rounds,
    () => take('clawbutler'),
    () => take('gateway'),
  )
  const added = (share: number) => round(percentile(times.clawbutler, share) - percentile(times.gateway, share))
  report(
    'approval-loop',
    [
      atMost('added between request and decision, p50', added(0.5), 'ms', 25),
      figure('the same, p99', added(0.99), 'ms'),
    ],
    { clawbutler: { ...spread(times.clawbutler), unit: 'ms' }, gateway: { ...spread(times.gateway), unit: 'ms' } },
  )
  stop.abort()
  session.close('done')
  await Promise.all([connector.kill(), gateway.kill()])
  await product.stop()
  rmSync(folder, { recursive: true, force: true })
}

/** Follows the live stream and approves whatever is asked. */
const decideFromStream = async (
  { url, client }: Product,
  signal: AbortSignal,
  mine: () => boolean,
  onEnded: (runId: string) => void,
): Promise<void> => {
  const headers = { authorization: await client.authorization() }
  const stream = await fetch(`${url}/api/v1/activity/events?type=approval.requested,run.ended`, { headers, signal })
  if (!stream.body) throw new Error('no stream')
  try {
    for await (const data of eventData(stream.body)) {
      if (data === null) continue
      const { type, target, payload } = AuditEntry.parse(JSON.parse(data))
      if (type === 'run.ended') onEnded(String(payload.runId))
      if (type !== 'approval.requested' || !mine()) continue
      const answer = await fetch(`${url}/api/v1/approvals/${target}/approve`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json' },
        body: '{}',
      })
      // At the turn of a round the other client may have been asked already: it was first then.
      if (!answer.ok && answer.status !== 409) throw new Error(`approve: ${answer.status} ${await answer.text()}`)
      await answer.arrayBuffer()
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const startGateway = async () => {
  const port = await quietPort()
  const main = join(import.meta.dirname, '../test/support/gateway-simulator/main.ts')
  const gateway = new Program('gateway', {
    args: [main, '--port', String(port), '--token', gatewayToken],
    ready: /simulated gateway at/,
  })
  gateway.start()
  await until('the gateway', async () => gateway.isReady)
  return { gateway, url: `ws://127.0.0.1:${port}` }
}

const startConnector = async ({ url, client }: Product, gatewayUrl: string, folder: string): Promise<Program> => {
  const { token, connector } = await client.post(CreatedConnector, '/connectors', { name: 'Bench' })
  const main = join(import.meta.dirname, '../cli/main.ts')
  const program = new Program('connector', {
    args: [
      ...[main, 'connect', '--server', url, '--token', token, '--gateway', gatewayUrl],
      ...['--gateway-token', gatewayToken, '--state', folder],
    ],
    ready: /Connecting/,
  })
  program.start()
  await until('the roster', async () => (await client.get(Connector, `/connectors/${connector.id}`)).agents > 0)
  return program
}
