import type { OrganizationContext } from '../../../../platform/context.ts'
import type { Channel, Tree } from '../../../connectors/link/questions/contract.ts'
import { newestContent } from '../../../snapshots/versions/index.ts'
import { isSection, sectionAt } from '../../explain/policy/config.ts'
import type { Kept } from './kept.ts'

/** Names below `channels` that are no channel, but say something of all of them. */
const ofAll = ['defaults', 'modelByChannel']

/**
 * The channels that the newest version of the gateway's configuration sets up. Whether one runs is not kept, and where it
 * sets up none nothing is told: a gateway may have channels by its environment alone.
 */
export const keptChannels = async (ctx: OrganizationContext, connectorId: string): Promise<Kept | null> => {
  const kept = await newestContent(ctx, connectorId, 'gateway_config')
  if (!kept) return null
  const channels = Object.entries(sectionAt(kept.content, 'channels'))
    .filter(([id, section]) => !ofAll.includes(id) && isSection(section))
    .slice(0, 100)
    .map(([id]) => channelOf(id, kept.content))
  if (channels.length === 0) return null
  return { answer: { question: 'channels', channels }, at: kept.at, source: 'snapshot' }
}

const channelOf = (id: string, content: Tree): Channel => {
  const accounts = Object.entries(sectionAt(content, 'channels', id, 'accounts')).slice(0, 100)
  return {
    ...{ id, label: id, isConfigured: true, isRunning: null },
    accounts: accounts.map(([account, section]) => {
      const enabled = isSection(section) ? section.enabled : undefined
      const isEnabled = typeof enabled === 'boolean' ? enabled : null
      return { id: account, isEnabled, isConnected: null, lastError: null }
    }),
  }
}
