import { agentSection, numberAt, sectionAt, textAt, valueAt } from './policy/config.ts'

/** Who sent the message that a run answers. `owner: null`: the gateway was not told. */
export interface Sender {
  owner: boolean | null
  id?: string
  e164?: string
  username?: string
  name?: string
}

/** For which conversation an agent is explained. */
export interface Situation {
  agentId: string
  sessionKey: string
  /** Of the session: `provider` and `model` as in `provider/model`. Null where the configuration names none. */
  provider: string | null
  model: string | null
  /** Where the message came from; null for an operator at a terminal or in the web chat. */
  channel: string | null
  accountId: string
  sender: Sender
  /** Spawned under how many parents, as the gateway stored it. */
  spawnDepth: number
  /** What the child got from its parent when it was spawned; `unsure` may be in its allow list, and nobody can be asked. */
  inherited: { allow: string[]; deny: string[]; unsure?: string[] } | null
  /** The list that a cron job or a caller handed to this run. */
  runtimeAllow: string[] | null
}

/** The model that a fresh session of an agent starts with. */
export const primaryModelOf = (config: unknown, agentId: string): { ref: string; path: string } | null => {
  const { section, path } = agentSection(config, agentId)
  const candidates: [unknown, string][] = [
    [section.model, `${path}.model`],
    [valueAt(config, 'agents', 'defaults', 'model'), 'agents.defaults.model'],
  ]
  for (const [value, at] of candidates) {
    if (typeof value === 'string' && value.trim() !== '') return { ref: value.trim(), path: at }
    const primary = textAt(sectionAt(value), 'primary')
    if (primary) return { ref: primary.trim(), path: `${at}.primary` }
  }
  return null
}

/** The operator in an agent's main conversation, unless said otherwise. */
export const situationOf = (
  config: unknown,
  agentId: string,
  given: Partial<Omit<Situation, 'agentId'>> = {},
): Situation => {
  const ref = primaryModelOf(config, agentId)?.ref ?? ''
  const slash = ref.indexOf('/')
  const mainKey = textAt(sectionAt(config, 'session'), 'mainKey') ?? 'main'
  return {
    agentId,
    sessionKey: `agent:${agentId}:${mainKey}`,
    provider: slash > 0 ? ref.slice(0, slash) : null,
    model: slash > 0 ? ref.slice(slash + 1) : null,
    channel: null,
    accountId: 'default',
    sender: { owner: true },
    spawnDepth: 0,
    inherited: null,
    runtimeAllow: null,
    ...given,
  }
}

/** What a session's key says about it. */
export interface SessionShape {
  kind: 'main' | 'subagent' | 'acp' | 'group' | 'cron' | 'other'
  channel: string | null
  /** Ids under which a group's rules may stand, the most exact first. */
  groupIds: string[]
}

/** Reads `agent:<id>:…`. A key below `subagent:` is a sub-agent, `<channel>:group|channel:<id>` a group. */
export const shapeOf = (sessionKey: string, mainKey = 'main'): SessionShape => {
  const [, , ...rest] = sessionKey.trim().split(':')
  const first = rest[0]?.toLowerCase() ?? ''
  const plain = { channel: null, groupIds: [] }
  const body = first === 'subagent' ? rest.slice(1) : rest
  const group = groupOf(body)
  if (first === 'subagent') return { kind: 'subagent', ...(group ?? plain) }
  if (group) return { kind: 'group', ...group }
  if (first === 'acp') return { kind: 'acp', ...plain }
  if (first === 'cron') return { kind: 'cron', ...plain }
  return { kind: rest.join(':') === mainKey ? 'main' : 'other', ...plain }
}

const groupOf = (body: string[]): { channel: string; groupIds: string[] } | null => {
  const [channel, kind, ...rest] = body
  const id = rest.join(':').trim()
  if (!channel || (kind !== 'group' && kind !== 'channel') || id === '') return null
  return { channel: channel.toLowerCase(), groupIds: [...new Set(groupIdsOf(id.replace(/:thread:.*$/i, '')))] }
}

const groupIdsOf = (id: string): string[] => {
  const topicAndSender = /^(.+):topic:([^:]+):sender:([^:]+)$/i.exec(id)
  if (topicAndSender) return [id, `${topicAndSender[1]}:topic:${topicAndSender[2]}`, topicAndSender[1] ?? '']
  const topic = /^(.+):topic:([^:]+)$/i.exec(id)
  if (topic) return [`${topic[1]}:topic:${topic[2]}`, topic[1] ?? '']
  const sender = /^(.+):sender:([^:]+)$/i.exec(id)
  return sender ? [id, sender[1] ?? ''] : [id]
}

/** Whether a run of this session happens in a sandbox. */
export const isSandboxed = (config: unknown, { agentId, sessionKey }: Situation): boolean => {
  const mode =
    textAt(sectionAt(agentSection(config, agentId).section, 'sandbox'), 'mode') ??
    textAt(sectionAt(config, 'agents', 'defaults', 'sandbox'), 'mode')
  const mainKey = textAt(sectionAt(config, 'session'), 'mainKey') ?? 'main'
  return mode === 'all' || (mode === 'non-main' && sessionKey.trim() !== `agent:${agentId}:${mainKey}`)
}

export const maxSpawnDepthDefault = 5

export const maxSpawnDepthOf = (config: unknown): number =>
  numberAt(sectionAt(config, 'agents', 'defaults', 'subagents'), 'maxSpawnDepth') ?? maxSpawnDepthDefault
