import type { SessionShape, Situation } from '../situation.ts'
import { below, isSection, type Section, sectionAt } from './config.ts'
import { type Policy, policyOf } from './scope.ts'
import { senderScopeOf } from './sender.ts'

/**
 * The rules of the group in which a conversation takes place. An exact entry with rules hides those of `*`; one without
 * falls back to them. Inside an entry a matching `toolsBySender` comes before `tools`. `forSender: false` passes over the
 * rules by sender, as the gateway does for its owner.
 */
export const groupPolicyOf = (
  config: unknown,
  shape: SessionShape,
  situation: Situation,
  forSender: boolean,
): { policy: Policy | null; path: string; hidden: string | null } | null => {
  const channel = shape.channel ?? situation.channel
  if (!channel || shape.groupIds.length === 0) return null
  const { groups, path } = groupsOf(config, channel, situation.accountId)
  const exact = shape.groupIds.find((id) => isSection(groups[id]))
  const keys = exact === undefined ? ['*'] : [exact, '*']
  for (const key of keys) {
    const entry = groups[key]
    if (!isSection(entry)) continue
    const at = below(path, key)
    const bySender = forSender
      ? senderScopeOf(sectionAt(entry, 'toolsBySender'), `${at}.toolsBySender`, situation.sender, channel)
      : null
    const scope = bySender ?? (isSection(entry.tools) ? { section: entry.tools, path: `${at}.tools` } : null)
    if (!scope) continue
    const hidden = key !== '*' && isSection(groups['*']) ? `${path}.*` : null
    return { policy: policyOf(scope.section, scope.path), path: scope.path, hidden }
  }
  return null
}

const groupsOf = (config: unknown, channel: string, accountId: string): { groups: Section; path: string } => {
  const path = below('channels', channel)
  const section = sectionAt(config, 'channels', channel)
  const accounts = sectionAt(section, 'accounts')
  const key = Object.keys(accounts).find((each) => each.trim().toLowerCase() === accountId.toLowerCase())
  const own = key === undefined ? undefined : sectionAt(accounts, key).groups
  // Of several accounts each has its own groups, also none; a single one without any takes the channel's.
  const takes = isSection(own) && (Object.keys(own).length > 0 || Object.keys(accounts).length > 1)
  if (key !== undefined && takes) return { groups: own, path: `${below(`${path}.accounts`, key)}.groups` }
  return { groups: sectionAt(section, 'groups'), path: `${path}.groups` }
}
