/** Configurations of tool policy, made from a number: the same number makes the same ones on every machine. */

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json }
export type Tools = { [key: string]: Json }

export interface Variant {
  tools: Tools
  agents: Record<string, Tools>
  channels: { [key: string]: Json }
}

export const agentIds = Array.from({ length: 10 }, (_, index) => `a${index}`)
/** Keys of conversations of each agent: its main one, a sub-agent, and groups with, without and beside rules. */
export const sessionsOf = (agentId: string): string[] =>
  ['main', 'subagent:s1', 'telegram:group:-100', 'telegram:group:-200'].map((rest) => `agent:${agentId}:${rest}`)

const random = (seed: number): (() => number) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const names = [
  ...['exec', 'read', 'write', 'edit', 'ls', 'process', 'apply_patch', 'web_search', 'web_fetch', 'message', 'gateway'],
  ...['automations', 'sessions_list', 'sessions_spawn', 'subagents', 'session_status', 'progress_card', 'ask_user'],
  ...['secrets', 'agents_list', 'nodes', 'terminal', 'tts', 'conversations_send', 'get_goal', 'computer'],
]
const oddities = [
  ...[' Exec ', 'BASH', 'cron', 'apply-patch', 'update_plan', 'canvas', 'image', 'no_such_tool', '', '  '],
  ...['group:*', 'group:nothing', 'w?ite', 'read|write', '[e]xec', 'web.search', 'bundle-mcp', 'Group:FS'],
]
const groups = [
  'fs',
  'runtime',
  'web',
  'sessions',
  'ui',
  'automation',
  'nodes',
  'agents',
  'media',
  'openclaw',
  'plugins',
]
const patterns = ['*', 'web_*', 'sessions_*', '*_list', 'con*s_*', '**', 'ex*c', '*e*', 'wri*', 'session*']
const probes = ['probe_open', 'probe_closed', 'explainer-probe', 'probe_*']

/** One variant: global rules for all, and rules of its own for each agent. */
export const makeVariant = (seed: number): Variant => {
  const next = random(seed * 7_919 + 1)
  const chance = (share: number) => next() < share
  const pick = <T>(from: readonly T[], otherwise: T): T => from[Math.floor(next() * from.length)] ?? otherwise
  const entry = (): string => {
    const kind = next()
    if (kind < 0.5) return pick(names, 'exec')
    if (kind < 0.72) return `group:${pick(groups, 'fs')}`
    if (kind < 0.86) return pick(patterns, '*')
    return pick(kind < 0.94 ? oddities : probes, 'exec')
  }
  const list = (most: number): string[] => Array.from({ length: Math.floor(next() * (most + 1)) }, entry)
  const lists = (share: number): Tools => {
    const scope: Tools = {}
    const kind = next()
    if (kind < share * 0.4) scope.allow = [...list(9), ...(chance(0.5) ? ['group:fs', 'group:sessions'] : [])]
    else if (kind < share) scope.alsoAllow = list(4)
    if (chance(share * 0.6)) scope.deny = list(3).filter((each) => each.trim() !== '*' && each !== '**')
    return scope
  }
  const profile = (share: number): Tools =>
    chance(share) ? { profile: pick(['minimal', 'coding', 'coding', 'messaging', 'full'], 'full') } : {}
  const byProvider = (): Tools => {
    if (chance(0.6)) return {}
    const keys = ['stub', 'STUB', 'stub/stub-1', 'Stub/stub-1', 'stub/other', '*', 'stub/*', 'stub-1']
    const scopes = keys.filter(() => chance(0.3)).map((key) => [key, { ...profile(0.2), ...lists(0.5) }])
    return { byProvider: Object.fromEntries(scopes) }
  }
  const bySender = (): Tools => {
    if (chance(0.75)) return {}
    return { toolsBySender: { 'id:7': lists(0.9), ...(chance(0.7) ? { '*': lists(0.7) } : {}) } }
  }
  const scope = (): Tools => ({ ...profile(0.4), ...lists(0.55), ...byProvider(), ...bySender() })
  const subagents = chance(0.5) ? { subagents: { tools: lists(0.7) } } : {}
  const group = (): Tools => ({
    ...(chance(0.6) ? { tools: lists(0.9) } : {}),
    ...(chance(0.25) ? { toolsBySender: { '*': lists(0.9) } } : {}),
  })
  return {
    tools: { ...scope(), ...subagents },
    agents: Object.fromEntries(agentIds.map((id) => [id, chance(0.15) ? {} : scope()])),
    channels: { telegram: { enabled: false, groups: { '*': group(), ...(chance(0.7) ? { '-100': group() } : {}) } } },
  }
}
