import { capabilityTable, type Role } from '../../platform/access/contract.ts'
import { costOfAllMax } from './condition/bounds.ts'
import { checkCondition } from './condition/check.ts'
import type { Ask, Audience, Rule, RuleWarning } from './contract.ts'

export interface Fault {
  path: string
  message: string
  offset?: number
}

/** Who there is to ask: how many members have each role, and the role of each member that a rule names. */
export interface People {
  perRole: ReadonlyMap<Role, number>
  named: ReadonlyMap<string, Role>
}

/** What keeps a list of rules from being saved, and what only should be looked at. Pure. */
export const examineRules = (rules: readonly Rule[], people: People): { faults: Fault[]; warnings: RuleWarning[] } => {
  const faults: Fault[] = []
  const warnings: RuleWarning[] = []
  const seen = new Set<string>()
  let cost = 0
  let settled: string | null = null
  for (const [index, rule] of rules.entries()) {
    const path = `rules.${index}`
    if (seen.has(rule.id)) faults.push({ path: `${path}.id`, message: 'another rule of the list has this id' })
    seen.add(rule.id)
    const { check } = checkCondition(rule.condition)
    const at = `${path}.condition`
    faults.push(...check.faults.map(({ message, offset }) => ({ path: at, message, offset })))
    warnings.push(...check.warnings.map(({ message, offset }) => ({ path: at, message, offset })))
    if (settled !== null && rule.enabled)
      warnings.push({ path, message: `“${settled}” applies always: this is never reached` })
    if (rule.enabled) cost += check.cost ?? 0
    if (rule.enabled && rule.mode === 'enforce' && rule.condition === 'true') settled ??= rule.name
    if (rule.outcome.kind !== 'ask') continue
    faults.push(...askFaults(rule.outcome.ask, `${path}.outcome.ask`, people))
    warnings.push(...askWarnings(rule.outcome.ask, `${path}.outcome.ask`, people))
  }
  if (cost > costOfAllMax)
    faults.push({
      path: 'rules',
      message: `in the worst case all rules together take ${cost} steps; ${costOfAllMax} are allowed`,
    })
  return { faults, warnings }
}

/** How many people have to agree. */
const quorumOf = ({ groups }: Ask): number => groups.reduce((sum, { quorum }) => sum + quorum, 0)

/** A grant never stands in for several people or for a signature, whatever the rule says. */
export const withoutFalseGrants = (rule: Rule): Rule => {
  const { outcome } = rule
  if (outcome.kind !== 'ask' || !outcome.ask.grantable || !(outcome.ask.passkey || quorumOf(outcome.ask) > 1))
    return rule
  return { ...rule, outcome: { kind: 'ask', ask: { ...outcome.ask, grantable: false } } }
}

const audiencesOf = ({ groups, escalate }: Ask, path: string): { audience: Audience; path: string }[] => [
  ...groups.map((audience, index) => ({ audience, path: `${path}.groups.${index}` })),
  ...(escalate ? [{ audience: escalate.to, path: `${path}.escalate.to` }] : []),
]

const askFaults = (ask: Ask, path: string, { named }: People): Fault[] => [
  ...audiencesOf(ask, path).flatMap(({ audience, path: at }) =>
    audience.members.flatMap((userId, index) =>
      named.has(userId) ? [] : [{ path: `${at}.members.${index}`, message: 'is not a member of this organization' }],
    ),
  ),
  ...(ask.escalate && ask.escalate.to.roles.length + ask.escalate.to.members.length === 0
    ? [{ path: `${path}.escalate.to`, message: 'needs a role or a member' }]
    : []),
  ...(ask.onExpiry === 'allow' && (ask.passkey || quorumOf(ask) > 1)
    ? [{ path: `${path}.onExpiry`, message: 'silence does not allow what needs a passkey or several people' }]
    : []),
]

const deciders: readonly Role[] = capabilityTable['approvals.decide']

const askWarnings = (ask: Ask, path: string, { perRole, named }: People): RuleWarning[] => {
  const warnings: RuleWarning[] = []
  for (const { audience, path: at } of audiencesOf(ask, path)) {
    for (const [index, role] of audience.roles.entries())
      if (!deciders.includes(role))
        warnings.push({ path: `${at}.roles.${index}`, message: `the role ${role} may not decide` })
    for (const [index, userId] of audience.members.entries()) {
      const role = named.get(userId)
      if (role && !deciders.includes(role))
        warnings.push({ path: `${at}.members.${index}`, message: `this member's role, ${role}, may not decide` })
    }
  }
  for (const [index, group] of ask.groups.entries()) {
    const able = eligible(group, perRole, named)
    if (able < group.quorum)
      warnings.push({
        path: `${path}.groups.${index}.quorum`,
        message: `${group.quorum} have to agree, and there are ${able} who may`,
      })
  }
  if (ask.escalate && ask.expiresInMs !== null && ask.escalate.afterMs >= ask.expiresInMs)
    warnings.push({ path: `${path}.escalate.afterMs`, message: 'it expires before others would be asked' })
  return warnings
}

const eligible = ({ roles, members }: Audience, perRole: People['perRole'], named: People['named']): number => {
  const byRole = roles
    .filter((role) => deciders.includes(role))
    .reduce((sum, role) => sum + (perRole.get(role) ?? 0), 0)
  const byName = members.filter((userId) => {
    const role = named.get(userId)
    return role !== undefined && deciders.includes(role) && !roles.includes(role)
  })
  return byRole + new Set(byName).size
}
