import { z } from 'zod'

export const roles = ['owner', 'admin', 'operator', 'approver', 'auditor', 'viewer'] as const
export const Role = z.enum(roles)
export type Role = z.infer<typeof Role>

const everyone = roles
const staff = ['owner', 'admin'] as const

/**
 * The one table of capabilities: who may do what. A route names the capability it needs, an API key or a device
 * holds a subset of its creator's, and nothing else in the code compares roles.
 */
export const capabilityTable = {
  'agents.read': everyone,
  'agents.write': ['owner', 'admin', 'operator'],
  /** Stops agents at once, a whole organization if need be; to see what is stopped, reading agents is enough. */
  'kill.order': ['owner', 'admin', 'operator'],
  'kill.recover': staff,
  /** Contents of an agent's memory, which may hold what people told it. */
  'memory.read': ['owner', 'admin', 'operator'],
  'memory.write': ['owner', 'admin', 'operator'],
  /** Which packages there are and what their manifests name, and their ciphertext. */
  'artifacts.read': ['owner', 'admin', 'operator', 'auditor'],
  'artifacts.write': ['owner', 'admin', 'operator'],
  /** Announces what is to be put back at a gateway; what is critical needs an approval as well. */
  'artifacts.restore': ['owner', 'admin', 'operator'],
  'connectors.read': everyone,
  'connectors.write': ['owner', 'admin', 'operator'],
  'approvals.read': everyone,
  'approvals.decide': ['owner', 'admin', 'operator', 'approver'],
  'approvals.request': ['owner', 'admin', 'operator'],
  'rules.read': everyone,
  'rules.write': staff,
  'grants.write': ['owner', 'admin', 'operator'],
  'activity.read': everyone,
  'audit.read': ['owner', 'admin', 'operator', 'auditor'],
  /** Reads what was masked, one event at a time, each time an event of its own. */
  'audit.reveal': ['owner', 'auditor'],
  'audit.erase': staff,
  /** How long events are kept, holds, restores, and whether outsiders may verify. */
  'audit.keep': staff,
  /** Who cosigns the log, and whose logs are cosigned. */
  'witnesses.write': staff,
  'masking.write': staff,
  /** What is not told as drift. */
  'drift.write': staff,
  'streams.write': staff,
  'cost.read': everyone,
  /** Sets limits, and lets go what they hold. To spend beyond one asks whoever may request approvals. */
  'budgets.write': staff,
  'members.read': everyone,
  'members.write': staff,
  'organization.write': staff,
  'api-keys.write': ['owner', 'admin', 'operator'],
} as const satisfies Record<string, readonly Role[]>

export type Capability = keyof typeof capabilityTable
export const Capability = z.enum(Object.keys(capabilityTable) as [Capability, ...Capability[]])

/** Every capability of a role, in the order of the table. */
export const capabilitiesOf = (role: Role): Capability[] =>
  Capability.options.filter((capability) => (capabilityTable[capability] as readonly Role[]).includes(role))
