import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../platform/contract.ts'
import { healthCauses, healthStates } from '../health/contract.ts'
import { stopStates } from '../kill-switch/contract.ts'

/** active: in the gateway's newest roster. removed: was there once. */
export const agentStates = ['active', 'removed'] as const
/** idle, running (a run is going on), waiting (for a person's decision); unknown while its connector is offline. */
export const agentActivities = ['idle', 'running', 'waiting', 'unknown'] as const

export const Agent = z.object({
  id: Id('agt'),
  connectorId: Id('con'),
  connectorName: z.string(),
  runtime: z.literal('openclaw'),
  /** The agent's id in its own gateway. */
  externalId: z.string(),
  name: z.string(),
  model: z.string().nullable(),
  workspace: z.string().nullable(),
  toolsProfile: z.string().nullable(),
  isDefault: z.boolean(),
  state: z.enum(agentStates),
  activity: z.enum(agentActivities),
  pendingApprovals: z.number().int(),
  firstSeenAt: Timestamp,
  lastSeenAt: Timestamp,
  lastActiveAt: Timestamp.nullable(),
  /** What people here call it; the gateway's name stays what it is. */
  displayName: z.string().nullable(),
  owner: z.object({ id: z.string(), name: z.string().nullable() }).nullable(),
  resourceGroup: z.string().nullable(),
  tags: z.array(z.string()),
  /** For `If-Match`: counts the changes of display name, owner, group and tags. */
  version: z.number().int(),
  /**
   * disabled: its tools are denied and its heartbeat stands still, because somebody here wants it so. stopped: an order of
   * the kill switch holds it; `stop` says how far that is, by what was found at the gateway.
   */
  control: z.enum(['enabled', 'disabled', 'stopped']),
  stop: z.object({ orderId: Id('kil'), at: Timestamp, state: z.enum(stopStates) }).nullable(),
  disabledAt: Timestamp.nullable(),
  disabledReason: z.string().nullable(),
  /** Never better than its connector's; why, the most telling first. */
  health: z.enum(healthStates),
  healthCauses: z.array(z.enum(healthCauses)),
  healthSince: Timestamp.nullable(),
  /** Its health changes so often that single changes are not told. */
  isFlapping: z.boolean(),
})
export type Agent = z.infer<typeof Agent>

export const AgentName = z.string().trim().min(1).max(100)
const Tag = z
  .string()
  .trim()
  .toLowerCase()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._:/-]{0,49}$/u, 'letters, digits and . _ : / - only, at most 50')
export const agentSorts = ['newest', 'name', 'last_active'] as const

const agentId = 'agt_[0-9a-hjkmnp-tv-z]{26}'
export const ListAgents = PageQuery.extend({
  /** Only these: up to a hundred with commas. An id that is none of the organization's is not there. */
  ids: z
    .string()
    .max(3_100)
    .regex(new RegExp(`^${agentId}(,${agentId}){0,99}$`), 'up to a hundred ids of agents, with commas')
    .optional(),
  connectorId: Id('con').optional(),
  state: z.enum(agentStates).optional(),
  /** Part of the name or of the gateway's id, in any case. */
  query: z.string().trim().max(100).optional(),
  tag: Tag.optional(),
  ownerId: Id('usr').optional(),
  resourceGroup: AgentName.optional(),
  control: z.enum(['enabled', 'disabled', 'stopped']).optional(),
  health: z.enum(healthStates).optional(),
  sort: z.enum(agentSorts).default('newest'),
})
export type ListAgents = z.infer<typeof ListAgents>

/** What is left out stays; null takes away. */
export const DescribeAgent = z.strictObject({
  displayName: AgentName.nullable().optional(),
  ownerId: Id('usr').nullable().optional(),
  resourceGroup: AgentName.nullable().optional(),
  tags: z
    .array(Tag)
    .max(20)
    .transform((tags) => [...new Set(tags)].sort())
    .optional(),
})
export type DescribeAgent = z.infer<typeof DescribeAgent>

export const DisableAgent = z.strictObject({ reason: z.string().trim().min(1).max(500).optional() })
export const EnableAgent = z.strictObject({
  /** Leaves the gateway as it is and only ends the order, where somebody changed what disabling had set. */
  leaveConfiguration: z.boolean().default(false),
})

/** One question after the other on the way to an agent; what comes behind a failed one is skipped. */
export const AgentTest = z.object({
  ok: z.boolean(),
  ranAt: Timestamp,
  steps: z.array(
    z.object({
      name: z.enum(['connector', 'configuration', 'model', 'tools', 'files']),
      outcome: z.enum(['pass', 'warn', 'fail', 'skip']),
      durationMs: z.number().nonnegative(),
      detail: z.string(),
    }),
  ),
})
export type AgentTest = z.infer<typeof AgentTest>

/** What was asked anew, and whether the gateway answered. */
export const AgentSync = z.object({
  ranAt: Timestamp,
  parts: z.array(z.object({ part: z.string(), ok: z.boolean(), detail: z.string().nullable() })),
})
export type AgentSync = z.infer<typeof AgentSync>
