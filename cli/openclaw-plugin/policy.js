/** What the configuration says when it says nothing: tools that change something, and exec where nobody else asks. */
export const defaults = {
  ask: ['exec', 'write', 'edit', 'apply_patch', 'message', 'browser*', 'cron', 'gateway', 'nodes', 'sessions_send'],
  allow: [],
  block: [],
  exec: 'auto',
  timeoutMs: 600_000,
  stoppedAgents: [],
}

const patternOf = (glob) =>
  new RegExp(
    `^${glob
      .toLowerCase()
      .replace(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')}$`,
    's',
  )

/** Whether one of the patterns names this; `*` stands for any characters, upper and lower case are one. */
export const named = (patterns, name) => patterns.some((glob) => patternOf(glob).test(name.toLowerCase()))

/** What becomes of a tool call: block, ask, or null for nothing. A refusal is stronger than an exception. */
export function verdictOf(policy, call, gatewayConfiguration) {
  if (named(policy.stoppedAgents, call.agentId)) return { kind: 'block', reason: 'This agent is stopped.' }
  if (named(policy.block, call.toolName)) return { kind: 'block', reason: `The tool ${call.toolName} is not allowed.` }
  if (named(policy.allow, call.toolName)) return null
  if (!named(policy.ask, call.toolName)) return null
  if (call.toolName === 'exec' && isLeftToGateway(policy, call, gatewayConfiguration)) return null
  return { kind: 'ask' }
}

/** Code that only shares the name with exec, and exec in a sandbox, are not asked about by the gateway. */
function isLeftToGateway(policy, { agentId, params, toolKind }, configuration) {
  if (policy.exec !== 'auto') return policy.exec === 'never'
  const everyone = configuration?.tools?.exec ?? {}
  const own = configuration?.agents?.entries?.[agentId]?.tools?.exec ?? {}
  const mode = own.mode ?? (own.ask === undefined ? everyone.mode : undefined)
  const ask = own.ask ?? everyone.ask
  const host = params?.host ?? own.host ?? everyone.host
  if (toolKind !== undefined || host === 'sandbox') return false
  return mode === undefined ? ask === 'always' || ask === 'on-miss' : mode === 'ask' || mode === 'auto'
}
