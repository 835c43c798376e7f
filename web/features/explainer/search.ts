import type { EffectiveOf } from '../../../worker/features/agents/explain/api/contract.ts'

type Param =
  | ('part' | 'tool' | 'q' | 'outcome' | 'step' | 'source' | 'try')
  | ('kind' | 'session' | 'channel' | 'group' | 'depth' | 'sender' | 'as' | 'model')
/** What stands behind `?` on the explainer: the situation, the part that is open, and what is chosen in it. */
export type ExplainerSearch = { [Name in Param]?: string }

export const parts = ['tools', 'settings', 'run', 'skills', 'change'] as const
export type Part = (typeof parts)[number]
export const conversationKinds = ['main', 'subagent', 'group', 'cron', 'key'] as const
export type ConversationKind = (typeof conversationKinds)[number]
export const senders = ['owner', 'other', 'unknown'] as const

export const partOf = (search: ExplainerSearch): Part => parts.find((part) => part === search.part) ?? 'tools'
export const kindOf = (search: ExplainerSearch): ConversationKind =>
  conversationKinds.find((kind) => kind === search.kind) ?? 'main'
export const senderOf = (search: ExplainerSearch): (typeof senders)[number] =>
  senders.find((sender) => sender === search.sender) ?? 'owner'

/** A session key of the chosen kind, as the gateway forms them. */
const sessionKeyOf = (agent: string, search: ExplainerSearch): string | undefined => {
  const channel = search.channel?.trim() || 'telegram'
  switch (kindOf(search)) {
    case 'main':
      return undefined
    case 'subagent':
      return `agent:${agent}:subagent:any`
    case 'cron':
      return `agent:${agent}:cron:any`
    case 'group':
      return `agent:${agent}:${channel}:group:${search.group?.trim() || 'any'}`
    case 'key':
      return search.session?.trim() || undefined
  }
}

/** `id:42`, `@ann`, `+86…`, or a name: under which of the rules by sender somebody is known. */
const identityOf = (written: string | undefined): Partial<EffectiveOf> => {
  const text = written?.trim() ?? ''
  if (text === '') return {}
  if (/^id:/i.test(text)) return { senderId: text.slice(3) }
  if (text.startsWith('@')) return { senderUsername: text.slice(1) }
  if (/^\+\d+$/.test(text)) return { senderPhone: text }
  return /^\d+$/.test(text) ? { senderId: text } : { senderName: text }
}

/** What the API is asked; the operator in the main conversation is asked for by saying nothing. */
export const askedBy = (agent: string, search: ExplainerSearch): EffectiveOf => {
  const kind = kindOf(search)
  // A spawned run acts for nobody: the server knows as whom.
  const sender = kind === 'subagent' ? 'owner' : senderOf(search)
  const sessionKey = sessionKeyOf(agent, search)
  const depth = Number(search.depth)
  // Only somebody who writes through a channel can be anybody but the operator.
  const channel = search.channel?.trim() || (kind === 'group' ? 'telegram' : '')
  return {
    ...(sessionKey === undefined ? {} : { sessionKey }),
    ...(search.model === undefined ? {} : { model: search.model }),
    ...(sender === 'owner' ? {} : { sender, ...identityOf(search.as) }),
    ...(channel === '' ? {} : { channel }),
    ...(kind === 'subagent' && Number.isInteger(depth) && depth > 0 ? { spawnDepth: depth } : {}),
  }
}
