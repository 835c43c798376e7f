import { defaults, named, verdictOf } from './policy.js'
import { requestOf } from './request.js'
import { namesOf, openStopped } from './stopped.js'

const waitingMax = 2_000
const version = '1.1.0'

/** Calls that wait for a decision, so that the connector can show their arguments whole; a new loading keeps them. */
const place = Symbol.for('clawbutler.waiting')
globalThis[place] ??= new Map()
const waiting = globalThis[place]

/** Called by the gateway once for each loading; a changed configuration is a new loading. */
function register(api) {
  const policy = { ...defaults, ...api.pluginConfig }
  const stopped = openStopped(api.runtime?.state?.resolveStateDir?.() ?? null)
  const isStopped = (agentId) => stopped.has(agentId) || named(policy.stoppedAgents, agentId)

  api.on(
    'before_tool_call',
    (event, context) => {
      const agentId = context.agentId ?? 'main'
      const { toolName, params, toolKind } = event
      if (isStopped(agentId)) return { block: true, blockReason: 'This agent is stopped.' }
      const verdict = verdictOf(policy, { agentId, toolName, params, toolKind }, api.runtime?.config?.current?.())
      if (verdict === null) return undefined
      if (verdict.kind === 'block') return { block: true, blockReason: verdict.reason }
      const { title, description, call } = requestOf(toolName, params)
      const key = `${event.runId ?? context.runId ?? ''}:${event.toolCallId ?? context.toolCallId ?? ''}`
      waiting.set(key, call)
      if (waiting.size > waitingMax) waiting.delete(waiting.keys().next().value)
      return {
        requireApproval: {
          title,
          description,
          severity: 'warning',
          timeoutMs: policy.timeoutMs,
          // The gateway keeps no allow-always of a plugin; ClawButler's own grants answer instead.
          allowedDecisions: ['allow-once', 'deny'],
          onResolution: () => {
            waiting.delete(key)
          },
        },
      }
    },
    { priority: 50 },
  )

  api.on('before_agent_run', (_event, context) => {
    if (!isStopped(context.agentId ?? 'main')) return undefined
    return { outcome: 'block', reason: 'stopped', message: 'This agent is stopped.' }
  })

  api.registerGatewayMethod(
    'clawbutler.status',
    ({ respond }) => respond(true, { version, policy, waiting: waiting.size, stopped: stopped.list() }),
    { scope: 'operator.read' },
  )
  api.registerGatewayMethod(
    'clawbutler.waiting',
    ({ params, respond }) => respond(true, { call: waiting.get(`${params.runId}:${params.toolCallId}`) ?? null }),
    { scope: 'operator.approvals' },
  )
  for (const what of ['stop', 'release'])
    api.registerGatewayMethod(
      `clawbutler.${what}`,
      ({ params, respond }) => respond(true, { stopped: stopped[what](namesOf(params)) }),
      { scope: 'operator.admin' },
    )
}

export default {
  id: 'clawbutler',
  name: 'ClawButler',
  description: 'Asks before any tool of an agent, and stops agents.',
  register,
}
