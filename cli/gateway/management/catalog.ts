import { z } from 'zod'
import type { AnswerTo, Channel, Tools } from '../../../worker/features/connectors/link/questions/contract.ts'
import { cut, cutOrNull } from '../bounded.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'

const text = z.string().catch('')
const names = z.array(z.string()).catch([])
const flag = z.boolean().catch(false)

const plugin = z.string().optional().catch(undefined)
const ToolRow = z.object({
  id: z.string(),
  label: text,
  description: text,
  source: text,
  pluginId: plugin,
  optional: flag,
  defaultProfiles: names,
})
const ToolList = z.object({
  profile: z.string().nullish().catch(null),
  groups: z.array(z.object({ id: z.string(), label: text, source: text, pluginId: plugin, tools: z.array(ToolRow) })),
})

/** All tools that the gateway could give an agent, or those that a session of it really has. */
export async function listTools(
  session: GatewaySession,
  method: 'tools.catalog' | 'tools.effective',
  params: object,
): Promise<Tools> {
  const { profile, groups } = await session.call(method, params, ToolList, 60_000)
  return {
    profile: cutOrNull(profile),
    groups: groups.slice(0, 100).map((group) => ({
      id: cut(group.id),
      label: cut(group.label),
      source: cut(group.source),
      ...ofPlugin(group.pluginId),
      tools: group.tools.slice(0, 500).map((tool) => ({
        id: cut(tool.id),
        label: cut(tool.label),
        description: cut(tool.description, 1_000),
        source: cut(tool.source || group.source),
        ...ofPlugin(tool.pluginId),
        optional: tool.optional,
        defaultProfiles: cutNames(tool.defaultProfiles).slice(0, 20),
      })),
    })),
  }
}

const PluginList = z.object({
  plugins: z.array(z.object({ id: z.string(), installed: flag, version: z.string().nullish().catch(null) })),
})

/** The tools that the gateway could give an agent, with the versions of its plugins where it tells them. */
export async function listCatalog(session: GatewaySession, agentId: string): Promise<Tools> {
  const [tools, plugins] = await Promise.all([listTools(session, 'tools.catalog', { agentId }), pluginsOf(session)])
  return plugins === null ? tools : { ...tools, plugins }
}

/** Null: this gateway has no word for it, or refuses it. One that is gone throws, so that no answer is half of one. */
async function pluginsOf(session: GatewaySession): Promise<Tools['plugins'] | null> {
  try {
    const { plugins } = await session.call('plugins.list', {}, PluginList, 60_000)
    const installed = plugins.filter((each) => each.installed).slice(0, 1_000)
    return installed.map(({ id, version }) => ({ id: cut(id), version: cutOrNull(version) }))
  } catch (error) {
    if (error instanceof GatewayRequestFailed) return null
    throw error
  }
}

const ofPlugin = (pluginId: string | undefined) => (pluginId === undefined ? {} : { pluginId: cut(pluginId) })

const cutNames = (list: string[]): string[] => list.slice(0, 50).map((name) => cut(name))

const maybe = z.boolean().nullish().catch(null)
const Account = z.object({
  accountId: text,
  enabled: maybe,
  connected: maybe,
  lastError: z.string().nullish().catch(null),
})
const ChannelStatus = z.object({
  channelOrder: names,
  channelLabels: z.record(z.string(), z.string()).catch({}),
  channels: z.record(z.string(), z.object({ configured: maybe, running: maybe }).catch({})).catch({}),
  channelAccounts: z.record(z.string(), z.array(Account).catch([])).catch({}),
})

export async function listChannels(session: GatewaySession): Promise<Channel[]> {
  const status = await session.call('channels.status', {}, ChannelStatus, 60_000)
  const ids = [...new Set([...status.channelOrder, ...Object.keys(status.channels)])].slice(0, 100)
  return ids.map((id) => ({
    id: cut(id),
    label: cut(status.channelLabels[id] ?? id),
    isConfigured: status.channels[id]?.configured ?? null,
    isRunning: status.channels[id]?.running ?? null,
    accounts: (status.channelAccounts[id] ?? []).slice(0, 100).map((account) => ({
      id: cut(account.accountId),
      isEnabled: account.enabled ?? null,
      isConnected: account.connected ?? null,
      lastError: cutOrNull(account.lastError, 1_000),
    })),
  }))
}

const whole = z.number().int().nonnegative().nullish().catch(null)
const ModelRow = z.object({
  id: z.string(),
  name: text,
  provider: text,
  contextWindow: whole,
  reasoning: flag,
  available: z.boolean().catch(true),
})

export async function listModels(session: GatewaySession, agentId: string): Promise<AnswerTo<'models'>> {
  const { models } = await session.call('models.list', { agentId }, z.object({ models: z.array(ModelRow) }), 60_000)
  return {
    question: 'models',
    isComplete: models.length <= 300,
    models: models.slice(0, 300).map((model) => ({
      id: cut(model.id),
      name: cut(model.name || model.id),
      provider: cut(model.provider),
      contextWindow: model.contextWindow ?? null,
      isReasoning: model.reasoning,
      isAvailable: model.available,
    })),
  }
}
