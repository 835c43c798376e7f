/**
 * What the tool policy of an OpenClaw gateway knows by heart: profiles, groups, built-in lists. Taken from
 * openclaw 2026.9.6; an e2e test holds it against the real gateway.
 */
export const catalogVersion = '2026.9.6'

const words = (text: string): readonly string[] => text.trim().split(/\s+/)

const fs = words('ls read write edit apply_patch')
const runtime = words('exec process code_execution secrets')
const web = words('web_search web_fetch x_search')
const memory = words('memory_search memory_get')
const sessions = words(`sessions sessions_list sessions_history sessions_search conversations_list conversations_send
  conversations_turn sessions_send sessions_spawn github_identity_status github_publish agents_wait sessions_yield
  subagents session_status suggest_task dismiss_task`)
const screens = words('browser screen theme dashboard terminal portal')
const automation = words('heartbeat_respond automations gateway plugins openclaw')
const nodes = words('nodes computer mobile_ui')
const agents = words('agents_list get_goal create_goal update_goal progress_card ask_user skill_workshop')
const media = words('view_image image_generate music_generate video_generate tts pdf')

/** Groups by their name as it stands in a list. */
export const toolGroups: ReadonlyMap<string, readonly string[]> = new Map([
  ['group:fs', fs],
  ['group:runtime', runtime],
  ['group:web', web],
  ['group:memory', memory],
  ['group:sessions', sessions],
  ['group:ui', [...screens, 'canvas', 'show_widget']],
  ['group:messaging', ['message']],
  ['group:automation', automation],
  ['group:nodes', nodes],
  ['group:agents', agents],
  ['group:media', media],
  [
    'group:openclaw',
    [
      ...words('code_execution secrets'),
      ...web,
      ...memory,
      ...sessions,
      ...screens,
      ...words('show_widget message'),
      ...automation,
      ...nodes,
      ...agents,
      ...media,
    ],
  ],
])

const codingGoals = words('get_goal create_goal update_goal progress_card ask_user skill_workshop')

/** What a profile lets through; `full` is everything. */
export const toolProfiles: ReadonlyMap<string, readonly string[]> = new Map([
  ['minimal', words('session_status gateway')],
  [
    'coding',
    [
      ...fs,
      ...runtime,
      ...web,
      ...memory,
      ...sessions,
      ...words('screen theme dashboard terminal portal automations gateway plugins'),
      ...codingGoals,
      ...words('view_image image_generate music_generate video_generate bundle-mcp'),
    ],
  ],
  [
    'messaging',
    words(`secrets sessions sessions_list sessions_history sessions_search conversations_list conversations_send
      conversations_turn sessions_send sessions_spawn sessions_yield subagents session_status theme message gateway
      ask_user bundle-mcp`),
  ],
  ['full', ['*']],
])

/** Names of tools that core ships, built here or not. */
export const coreTools: ReadonlySet<string> = new Set([...toolGroups.values()].flat())

/** Spellings that a list may use for a tool. */
export const aliases: ReadonlyMap<string, string> = new Map([
  ['bash', 'exec'],
  ['apply-patch', 'apply_patch'],
  ['cron', 'automations'],
])

/** Entries of a list that stand for tools that have since been renamed or split. */
export const shippedNames: ReadonlyMap<string, readonly string[]> = new Map([
  ['update_plan', ['progress_card']],
  ['canvas', ['canvas', 'show_widget']],
])

/** Old names that look right and match nothing. */
export const goneNames: ReadonlyMap<string, string> = new Map([['image', 'view_image']])

/** Channels that a gateway ships; a sandbox is denied tools of these names. */
const channels = words(`a2a buzz clickclack discord feishu googlechat imessage irc line matrix mattermost msteams
  nextcloud-talk nostr raft reef signal slack sms synology-chat telegram tlon twitch whatsapp zalo zalouser`)

export const sandboxAllow = words(`exec process read ls write edit apply_patch view_image sessions_list sessions_history
  sessions_search sessions_send sessions_spawn sessions_yield subagents session_status`)
export const sandboxDeny = [...words('browser canvas computer mobile_ui nodes automations gateway'), ...channels]

/** Denied to every sub-agent; no configuration lifts it. */
export const subagentDeny = words(`gateway agents_list openclaw session_status progress_card automations message
  sessions_send conversations_list conversations_send conversations_turn`)
/** Denied besides to a sub-agent that may not have children of its own. */
export const leafDeny = words('subagents sessions_list sessions_history sessions_search sessions_spawn')

/** Denied when the sender is known not to be the owner. */
export const ownerOnly = words(`automations gateway plugins sessions screen terminal portal conversations_list
  conversations_send conversations_turn nodes computer mobile_ui openclaw`)

/** Built for primary sessions only. */
export const primaryOnly: ReadonlySet<string> = new Set(['ask_user', 'secrets'])

/** Left out where an agent is set up for a small local model, unless a list names them. */
export const leanDrops: ReadonlySet<string> = new Set(
  words('browser automations image_generate message music_generate pdf tts video_generate'),
)

/** What a surface carries by design, and what it does not. */
export const surfaceAllow: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['node', new Set(words('canvas pdf tts view_image web_fetch web_search'))],
])
export const surfaceDeny: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['voice', new Set(['tts'])],
  ['discord-voice', new Set(['tts'])],
])

/** Tools that only a run has, or only `tools.effective` shows: seen on the real gateway. */
export const runOnly: ReadonlySet<string> = new Set(words('github_identity_status transcripts whatsapp_login'))
export const inventoryOnly: ReadonlySet<string> = new Set(['computer'])
/** Those of the memory plugin, which a run has also where `tools.effective` does not show them: seen on the real gateway. */
export const listedSometimes: ReadonlySet<string> = new Set(words('intent memory_get memory_search'))
