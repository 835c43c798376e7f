import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Allowlist } from './allowlist.ts'
import type { ApprovalDesk, ApprovalKind } from './approvals.ts'
import { type Client, type Clients, hasScope } from './clients.ts'
import type { Desks } from './desks.ts'
import type { Ledger } from './ledger.ts'
import { managementMethods } from './management.ts'
import { type Method, method } from './method.ts'
import { modelAuthMethods } from './model-auth.ts'
import type { PluginHost } from './plugins.ts'
import { Refusal } from './protocol.ts'
import type { Roster } from './roster.ts'
import type { Runs } from './runs.ts'
import { workspaceMethods } from './workspace.ts'

export type World = {
  clients: Clients
  desk: ApprovalDesk
  ledger: Ledger
  allowlist: Allowlist
  plugins: PluginHost
  roster: Roster
  desks: Desks
  runs: Runs
  port: () => number
  configChanged: () => void
}

const nothing = z.strictObject({})
const Tool = z.record(z.string(), z.unknown())
const decide = z.strictObject({ id: z.string(), decision: z.string() })
const send = z.strictObject({
  message: z.string(),
  sessionKey: z.string().optional(),
  agentId: z.string().optional(),
  idempotencyKey: z.string().min(1),
})

const approvalMethods = (kind: ApprovalKind): Record<string, Method> => ({
  [`${kind}.approval.list`]: method('operator.approvals', nothing, (client, _, { desk }) => desk.pending(kind, client)),
  [`${kind}.approval.get`]: method(
    'operator.approvals',
    z.strictObject({ id: z.string() }),
    (client, { id }, { desk }) => desk.get(kind, client, id),
  ),
  [`${kind}.approval.resolve`]: method('operator.approvals', decide, (client, { id, decision }, { desk }) =>
    desk.resolve(kind, client, id, decision),
  ),
})

const Named = z.looseObject({ agents: z.array(z.string()) })
const pluginStops: Record<string, Method> = {
  'clawbutler.stop': method('operator.admin', Named, (_c, { agents }, { plugins }) => {
    ours(plugins, 'clawbutler.stop')
    for (const agent of agents) plugins.stopped.add(agent)
    return { stopped: [...plugins.stopped] }
  }),
  'clawbutler.release': method('operator.admin', Named, (_c, { agents }, { plugins }) => {
    ours(plugins, 'clawbutler.release')
    for (const agent of agents) plugins.stopped.delete(agent)
    return { stopped: [...plugins.stopped] }
  }),
}

const methods: Record<string, Method> = {
  health: method('operator.read', z.looseObject({}), (_c, _p, { roster }) => ({
    ok: true,
    ts: Date.now(),
    durationMs: 1,
    defaultAgentId: 'main',
    agents: roster.list().agents.map(({ id }) => ({ agentId: id, isDefault: id === 'main' })),
  })),
  'sessions.subscribe': method('operator.read', z.looseObject({}), (client) => {
    client.subscribed = true
    return { subscribed: true, list: { ts: Date.now(), count: 0, sessions: [] } }
  }),
  'agents.list': method('operator.read', nothing, (_c, _p, { roster }) => roster.list()),
  'agents.create': method(
    'operator.admin',
    z.strictObject({ name: z.string(), workspace: z.string().optional(), model: z.string().optional() }),
    (_c, { name, workspace, model }, { roster, configChanged }) => {
      const created = roster.create(name, workspace, model)
      configChanged()
      return created
    },
    'agents.create',
  ),
  'agents.update': method(
    'operator.admin',
    z.strictObject({ agentId: z.string(), name: z.string().optional() }),
    (_c, { agentId, name }, { roster, configChanged }) => {
      const agent = roster.mustHave(agentId)
      if (name !== undefined) agent.name = name
      configChanged()
      return { ok: true, agentId }
    },
    'agents.update',
  ),
  'agents.delete': method(
    'operator.admin',
    z.strictObject({ agentId: z.string(), deleteFiles: z.boolean().optional() }),
    (_c, { agentId }, { roster, desks, configChanged }) => {
      const deleted = roster.delete(agentId)
      desks.cron.removeOf(agentId)
      configChanged()
      return deleted
    },
    'agents.delete',
  ),
  ...managementMethods,
  ...modelAuthMethods,
  ...workspaceMethods,
  'clawbutler.status': method('operator.read', z.looseObject({}), (_c, _p, { plugins }) => ({
    version: '1.0.0',
    policy: ours(plugins, 'clawbutler.status'),
    waiting: plugins.waiting.size,
    stopped: [...plugins.stopped],
  })),
  ...pluginStops,
  'clawbutler.waiting': method(
    'operator.approvals',
    z.looseObject({ runId: z.string(), toolCallId: z.string() }),
    (_c, { runId, toolCallId }, { plugins }) => ({ call: plugins.waiting.get(`${runId}:${toolCallId}`) ?? null }),
  ),
  'sessions.describe': method('operator.read', z.strictObject({ key: z.string() }), (_c, { key }, { runs }) => {
    const row = runs.sessions.get(key)
    if (!row) throw new Refusal('INVALID_REQUEST', `session not found: ${key}`)
    return { session: { key, ...row } }
  }),
  'sessions.get': method(
    'operator.read',
    z.strictObject({ key: z.string(), limit: z.number().int().min(1) }),
    (_c, { key, limit }, { runs }) => ({ messages: (runs.transcripts.get(key) ?? []).slice(-limit) }),
  ),
  'exec.approvals.get': method('operator.admin', nothing, (_c, _p, { allowlist }) => allowlist.get()),
  'exec.approvals.set': method(
    'operator.admin',
    z.strictObject({ file: z.unknown(), baseHash: z.string().optional() }),
    (_c, { file, baseHash }, { allowlist }) => allowlist.set(file, baseHash),
  ),
  'exec.approval.grants.list': method('operator.approvals', z.looseObject({}), (_c, _p, { allowlist }) => ({
    grants: allowlist.standing,
  })),
  'exec.approval.grants.revoke': method(
    'operator.approvals',
    z.strictObject({ grantId: z.string() }),
    (_c, { grantId }, { allowlist }) => allowlist.revokeStanding(grantId),
  ),
  ...approvalMethods('exec'),
  ...approvalMethods('plugin'),
  'approval.history': method('operator.approvals', z.looseObject({}), (client, _p, { desk }) => desk.history(client)),
  'audit.activity.list': method(
    'operator.read',
    z.looseObject({ limit: z.number().int().min(1).max(500).default(100), cursor: z.string().optional() }),
    (_c, { limit, cursor }, { ledger }) => ledger.page(limit, cursor),
  ),
  'chat.send': method('operator.write', send, (client, params, world) => {
    const { runId } = startFromMessage(client, params, world)
    return { runId, status: 'started' }
  }),
  agent: method('operator.write', send, (client, params, world) => {
    const { runId, sessionKey, agent } = startFromMessage(client, params, world)
    return { runId, sessionKey, agentId: agent, status: 'accepted', acceptedAt: Date.now() }
  }),
  'agent.wait': method(
    'operator.write',
    z.strictObject({ runId: z.string(), timeoutMs: z.number().default(30_000) }),
    async (_c, { runId, timeoutMs }, { runs }) => {
      const run = runs.all.get(runId)
      if (!run) return { runId, status: 'timeout' }
      const timeout = new Promise<null>((resolve) => setTimeout(() => resolve(null), timeoutMs).unref())
      const done = await Promise.race([run.done, timeout])
      if (!done) return { runId, status: 'timeout' }
      if (done.outcome === 'refused') return { runId, status: 'error', error: 'stopped', endedAt: Date.now() }
      return done.outcome === 'aborted'
        ? { runId, status: 'error', error: 'aborted', stopReason: 'rpc', endedAt: Date.now() }
        : { runId, status: 'ok', endedAt: Date.now() }
    },
  ),
  'sessions.abort': method('operator.write', z.strictObject({ key: z.string() }), (_c, { key }, { runs }) => {
    const [open] = runs.open().filter(({ sessionKey }) => sessionKey === key)
    if (!open) return { ok: true, status: 'no-active-run' }
    for (const run of runs.open()) if (run.sessionKey === key) run.abort()
    return { ok: true, abortedRunId: open.runId, status: 'aborted' }
  }),
  'sessions.create': method('operator.write', z.strictObject({ key: z.string() }), (_c, { key }, { runs }) => {
    if (!runs.sessions.has(key)) runs.sessions.set(key, {})
    return { ok: true, key }
  }),
  'chat.abort': method(
    'operator.write',
    z.strictObject({ sessionKey: z.string(), runId: z.string().optional() }),
    (_c, { sessionKey, runId }, { runs }) => {
      const open = [...runs.all.values()].filter(
        (run) => run.outcome === null && run.sessionKey === sessionKey && (!runId || run.runId === runId),
      )
      for (const run of open) run.abort()
      return { ok: true, aborted: open.length > 0, runIds: open.map((run) => run.runId) }
    },
  ),
}

export const methodNames = Object.keys(methods)

/** Answers one request or throws a `Refusal`. */
export async function call(
  world: World,
  client: Client,
  name: string,
  params: Record<string, unknown>,
): Promise<unknown> {
  const found = methods[name]
  if (!found) throw new Refusal('INVALID_REQUEST', `unknown method: ${name}`)
  if (!hasScope(client, found.scope)) {
    const details = { code: 'MISSING_SCOPE', missingScope: found.scope, requiredScopes: [found.scope] }
    throw new Refusal('FORBIDDEN', `missing scope: ${found.scope}`, details)
  }
  return found.run(client, params, world)
}

const ours = (plugins: PluginHost, name: string) => {
  if (plugins.ours === null) throw new Refusal('INVALID_REQUEST', `unknown method: ${name}`)
  return plugins.ours
}

/** `EXEC:<command>` makes the simulated model ask for that command, `SLOW` keeps it talking until it is aborted. */
function startFromMessage(client: Client, params: z.infer<typeof send>, { runs, roster }: World) {
  const agent = params.agentId ?? /^agent:([^:]+):/.exec(params.sessionKey ?? '')?.[1] ?? 'main'
  if (!roster.has(agent)) throw new Refusal('INVALID_REQUEST', `Agent "${agent}" no longer exists in configuration`)
  const known = runs.all.get(params.idempotencyKey)
  if (known) return known
  const command = /EXEC:(.+)/.exec(params.message)?.[1]?.trim()
  const tool = /TOOL:(\S+) (\{.*\})/.exec(params.message)
  return runs.start({
    agent,
    sessionKey: params.sessionKey ?? `agent:${agent}:${randomUUID().slice(0, 8)}`,
    runId: params.idempotencyKey,
    startedBy: client,
    ...(command ? { command } : {}),
    ...(tool?.[1] && tool[2] ? { tool: { name: tool[1], arguments: Tool.parse(JSON.parse(tool[2])) } } : {}),
    untilAborted: /SLOW/.test(params.message),
  })
}
