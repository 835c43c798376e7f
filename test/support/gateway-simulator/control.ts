import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { Simulator } from './simulator.ts'

const StartRun = z.object({
  agent: z.string().optional(),
  sessionKey: z.string().optional(),
  command: z.string().optional(),
  exitCode: z.number().int().optional(),
  approval: z.enum(['exec', 'plugin', 'none']).optional(),
  allowed: z.array(z.enum(['allow-once', 'allow-always', 'deny'])).optional(),
  riskKinds: z.array(z.string()).optional(),
  tool: z.object({ name: z.string(), arguments: z.record(z.string(), z.unknown()) }).optional(),
  usage: z
    .object({ inputTokens: z.number(), outputTokens: z.number(), estimatedCostUsd: z.number().optional() })
    .optional(),
})
const Change = z.object({ id: z.string(), request: z.record(z.string(), z.unknown()) })
const Standing = z.object({ agent: z.string().default('main'), command: z.string(), cwd: z.string().default('/') })
const Decide = z.object({ kind: z.enum(['exec', 'plugin']).default('exec'), id: z.string(), decision: z.string() })

/**
 * How another process drives the simulator, beside the gateway's own /healthz and /readyz:
 * POST /control/{runs,agents,restart,garbage,flood,silence,decide,change,expire,always,standing}, DELETE
 * /control/devices, GET /control/{runs,ledger,approvals,agents,allowlist}.
 */
export async function control(simulator: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const send = (status: number, value: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(JSON.stringify(value))
  }
  try {
    const { pathname } = new URL(request.url ?? '/', simulator.httpUrl)
    const answer = await route(simulator, `${request.method} ${pathname}`, await bodyOf(request))
    if (answer === undefined) send(404, { error: 'no such control' })
    else send(200, answer)
  } catch (error) {
    send(400, { error: error instanceof Error ? error.message : String(error) })
  }
}

async function route(simulator: Simulator, what: string, body: unknown): Promise<unknown> {
  const count = () => z.object({ count: z.number().int().positive().default(100) }).parse(body).count
  switch (what) {
    case 'GET /healthz':
      return { ok: true, status: 'live' }
    case 'GET /readyz':
      return { ready: true }
    case 'POST /control/runs': {
      const request = StartRun.parse(body)
      const run = simulator.startRun(
        Object.fromEntries(Object.entries(request).filter(([, held]) => held !== undefined)),
      )
      return { runId: run.runId }
    }
    case 'GET /control/runs':
      return {
        runs: [...simulator.runs.all.values()].map(({ runId, agent, sessionKey, command, outcome }) => ({
          runId,
          agent,
          sessionKey,
          command,
          outcome,
        })),
      }
    case 'GET /control/ledger':
      return { rows: simulator.ledger.rows }
    case 'GET /control/approvals':
      return {
        approvals: [...simulator.desk.records.values()].map(({ kind, id, request, decision, resolvedBy }) => ({
          kind,
          id,
          request,
          decision,
          resolvedBy,
        })),
      }
    case 'GET /control/agents':
      return simulator.roster.list()
    case 'POST /control/decide': {
      const { kind, id, decision } = Decide.parse(body)
      return simulator.desk.resolve(kind, null, id, decision)
    }
    case 'POST /control/change': {
      const { id, request } = Change.parse(body)
      simulator.desk.change(id, request)
      return { ok: true }
    }
    case 'POST /control/expire':
      simulator.desk.expire(z.object({ id: z.string() }).parse(body).id)
      return { ok: true }
    case 'POST /control/always':
      simulator.desk.alwaysUnavailable = !z.object({ available: z.boolean() }).parse(body).available
      return { ok: true }
    case 'POST /control/standing': {
      const { agent, command, cwd } = Standing.parse(body)
      return simulator.allowlist.stand(agent, command, cwd)
    }
    case 'GET /control/allowlist':
      return { ...simulator.allowlist.get(), standing: simulator.allowlist.standing }
    case 'POST /control/agents':
      simulator.createAgent(z.object({ name: z.string().min(1) }).parse(body).name)
      return { ok: true }
    case 'POST /control/restart':
      // Answered first: the restart closes this connection too.
      setImmediate(() => void simulator.restart(z.object({ awayMs: z.number().default(200) }).parse(body).awayMs))
      return { ok: true }
    case 'POST /control/garbage':
      simulator.sendGarbage(count())
      return { ok: true }
    case 'POST /control/flood':
      simulator.flood(count())
      return { ok: true }
    case 'POST /control/silence':
      simulator.fallSilent()
      return { ok: true }
    case 'DELETE /control/devices':
      simulator.removeDevices()
      return { ok: true }
    default:
      return undefined
  }
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(Buffer.from(chunk))
  return chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : {}
}
