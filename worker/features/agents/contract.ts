import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../platform/contract.ts'

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
})
export type Agent = z.infer<typeof Agent>

export const ListAgents = PageQuery.extend({
  connectorId: Id('con').optional(),
  state: z.enum(agentStates).optional(),
  /** Part of the name or of the gateway's id, in any case. */
  query: z.string().trim().max(100).optional(),
})
export type ListAgents = z.infer<typeof ListAgents>
