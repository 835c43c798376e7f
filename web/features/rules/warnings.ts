import type { Member } from '../../../worker/features/organizations/contract.ts'
import type { AskGroup, RuleDraft } from '../../../worker/features/rules/contract.ts'
import { capabilityTable, type Role } from '../../../worker/platform/access/contract.ts'

const deciders: readonly Role[] = capabilityTable['approvals.decide']

export type Warning = 'broadAllow' | 'allowOnExpiry' | 'unreachableQuorum' | 'emptyGroup' | 'noOneElse'

/** Whoever may decide in a group, as far as the members are known. */
const eligible = (group: AskGroup, members: readonly Member[]) =>
  members.filter(
    ({ role, userId }) => deciders.includes(role) && (group.roles.includes(role) || group.members.includes(userId)),
  ).length

/** What can be saved but was perhaps not meant. `variables`: what the condition looks at; null while not known. */
export const warningsOf = (
  rule: RuleDraft,
  variables: readonly string[] | null,
  members: readonly Member[],
): Warning[] => {
  const { outcome } = rule
  if (outcome.kind === 'allow') {
    const onlyWhere = ['source', 'risk', 'reversibility', 'agent', 'connector', 'requester', 'time', 'cwd', 'host']
    const isBroad = variables?.every((name) => onlyWhere.includes(name.split('.')[0] ?? '')) ?? false
    return isBroad ? ['broadAllow'] : []
  }
  if (outcome.kind === 'refuse') return []
  const { groups, onExpiry, separationOfDuty } = outcome.ask
  const isEmpty = groups.some((group) => group.roles.length + group.members.length === 0)
  const isShort = members.length > 0 && groups.some((group) => eligible(group, members) < group.quorum)
  const isTight =
    members.length > 0 &&
    separationOfDuty &&
    groups.some((group) => group.quorum > 1 && eligible(group, members) === group.quorum)
  return [
    ...(onExpiry === 'allow' ? (['allowOnExpiry'] as const) : []),
    ...(isEmpty ? (['emptyGroup'] as const) : isShort ? (['unreachableQuorum'] as const) : []),
    ...(!isEmpty && !isShort && isTight ? (['noOneElse'] as const) : []),
  ]
}
