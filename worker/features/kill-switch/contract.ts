import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../platform/contract.ts'
import {
  agentStopStates,
  DrillReason,
  DrillReport,
  StepReason,
  StopStep,
  stopPolicies,
} from '../connectors/link/stops/contract.ts'

export const scopeKinds = ['agent', 'group', 'connector', 'organization'] as const
export const KillScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('agent'), agentId: Id('agt') }),
  z.strictObject({ kind: z.literal('group'), group: z.string().trim().min(1).max(100) }),
  z.strictObject({ kind: z.literal('connector'), connectorId: Id('con') }),
  z.strictObject({ kind: z.literal('organization') }),
])
export type KillScope = z.infer<typeof KillScope>

const Reason = z.string().trim().min(1).max(1_000)
export const KillPolicy = z.enum(stopPolicies)
export type KillPolicy = z.infer<typeof KillPolicy>

export const PreviewKill = z.strictObject({ scope: KillScope })
export const OrderKill = z.strictObject({
  scope: KillScope,
  reason: Reason,
  /** What happens when somebody re-enables an agent at its gateway. */
  policy: KillPolicy.default('stop_again'),
})
export type OrderKill = z.infer<typeof OrderKill>
export const RecoverKill = z.strictObject({
  orderId: Id('kil'),
  /** The name of the scope, as a person typed it: `scope.name` of the order. */
  name: z.string().max(300),
  reason: Reason,
})
export type RecoverKill = z.infer<typeof RecoverKill>

/**
 * How a connector can be reached: `no_group` runs without the group `stop`, `gone` was removed. What is not `online` is
 * told with what will happen, by `onReconnect`.
 */
export const reaches = ['online', 'gateway_away', 'connector_offline', 'paused', 'no_group', 'gone'] as const
export const Reach = z.enum(reaches)
export type Reach = z.infer<typeof Reach>
/** stop_first: before anything else. needs_group: not before it is started with the group `stop`. nothing: never. */
export const OnReconnect = z.enum(['stop_first', 'needs_resume', 'needs_group', 'nothing']).nullable()

const Where = {
  connectorId: Id('con'),
  connectorName: z.string(),
  reach: Reach,
  onReconnect: OnReconnect,
  /** A sentence with the way out, where the state is not as it should be. */
  remedy: z.string().nullable(),
}

export const KillPreview = z.object({
  scope: z.object({ kind: z.enum(scopeKinds), ref: z.string().nullable(), name: z.string() }),
  agents: z.number().int(),
  /** Stopped already, by this or another order. */
  alreadyStopped: z.number().int(),
  pendingApprovals: z.number().int(),
  /** By what connectors reported. */
  openRuns: z.number().int(),
  connectors: z.array(
    z.object({
      ...Where,
      agents: z.number().int(),
      openRuns: z.number().int(),
      pendingApprovals: z.number().int(),
      /** As the gateway says now; null where it could not be asked. */
      activeSessions: z.number().int().nullable(),
      subAgents: z.number().int().nullable(),
      enabledJobs: z.number().int().nullable(),
      /** Whether new runs are refused before any model call (the plugin), or only left without tools. */
      hasPlugin: z.boolean().nullable(),
    }),
  ),
})
export type KillPreview = z.infer<typeof KillPreview>

/**
 * stopping: not all is confirmed yet. stopped: all is, by evidence. incomplete: something failed or can not be reached.
 * broken: somebody re-enabled an agent. recovering, recovered.
 */
export const killStates = ['stopping', 'stopped', 'incomplete', 'broken', 'recovering', 'recovered'] as const
export const KillState = z.enum(killStates)
/** ordered: committed. delivered: the connector has it on its disk. confirmed: every agent was found stopped. */
export const targetStates = [
  'ordered',
  'delivered',
  'confirmed',
  'failed',
  'broken',
  'recovering',
  'recovered',
] as const
export const TargetState = z.enum(targetStates)
export type TargetState = z.infer<typeof TargetState>

export const KillTarget = z.object({
  ...Where,
  state: TargetState,
  /** Also the agents that come later. */
  isAll: z.boolean(),
  agents: z.number().int(),
  confirmed: z.number().int(),
  failed: z.number().int(),
  broken: z.number().int(),
  recovered: z.number().int(),
  orderedAt: Timestamp,
  deliveredAt: Timestamp.nullable(),
  confirmedAt: Timestamp.nullable(),
  recoveredAt: Timestamp.nullable(),
  /** From the commit of the order until then, by our clock. */
  deliveredMs: z.number().int().nullable(),
  confirmedMs: z.number().int().nullable(),
  failure: z.string().nullable(),
  detail: z.string().nullable(),
})
export type KillTarget = z.infer<typeof KillTarget>

export const KillOrder = z.object({
  id: Id('kil'),
  scope: z.object({ kind: z.enum(scopeKinds), ref: z.string().nullable(), name: z.string() }),
  reason: z.string(),
  policy: KillPolicy,
  state: KillState,
  orderedBy: z.object({ id: z.string(), name: z.string() }),
  /** The budget that was used up, where one ordered it; null for what a person ordered. */
  budgetId: Id('bud').nullable(),
  orderedAt: Timestamp,
  /** From the commit until the last agent was confirmed; null before. */
  confirmedMs: z.number().int().nullable(),
  recovery: z
    .object({ by: z.object({ id: z.string(), name: z.string() }), at: Timestamp, reason: z.string() })
    .nullable(),
  endedAt: Timestamp.nullable(),
  tally: z.object({
    agents: z.number().int(),
    confirmed: z.number().int(),
    failed: z.number().int(),
    broken: z.number().int(),
    recovered: z.number().int(),
  }),
  targets: z.array(KillTarget),
})
export type KillOrder = z.infer<typeof KillOrder>

const ShownStep = StopStep.extend({ because: StepReason })

export const stopStates = ['ordered', ...agentStopStates] as const
/** One agent under an order, with the evidence of each step as the connector told it. */
export const KilledAgent = z.object({
  connectorId: Id('con'),
  externalId: z.string(),
  /** Null while the gateway's list has not told of it. */
  agentId: Id('agt').nullable(),
  name: z.string(),
  state: z.enum(stopStates),
  at: Timestamp,
  steps: z.array(ShownStep),
  record: z.object({ entry: z.string(), jobs: z.string(), jobCount: z.number().int() }).nullable(),
  isRefused: z.boolean(),
  abortedRuns: z.number().int(),
  abortedMs: z.number().int().nullable(),
  confirmedMs: z.number().int().nullable(),
  differs: z.array(z.string()),
  /** How often it was found re-enabled, and when last. */
  brokenCount: z.number().int(),
  brokenAt: Timestamp.nullable(),
})
export type KilledAgent = z.infer<typeof KilledAgent>

export const ListOrders = PageQuery.extend({
  /** open: not recovered yet. */
  state: z.enum(['open', 'ended']).optional(),
})
export type ListOrders = z.infer<typeof ListOrders>
export const ListKilledAgents = PageQuery.extend({ connectorId: Id('con').optional() })
export type ListKilledAgents = z.infer<typeof ListKilledAgents>

export const drillStates = ['ordered', 'passed', 'failed', 'impossible', 'lapsed'] as const
export const OrderDrill = z.strictObject({
  connectorId: Id('con'),
  /** Needed where the gateway would rewrite its configuration for a second agent. */
  mayRewrite: z.boolean().default(false),
})
export const KillDrill = z.object({
  id: Id('drl'),
  connectorId: Id('con'),
  connectorName: z.string(),
  state: z.enum(drillStates),
  orderedBy: z.object({ id: z.string(), name: z.string() }),
  orderedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  report: DrillReport.extend({ because: DrillReason, steps: z.array(ShownStep) }).nullable(),
  detail: z.string().nullable(),
})
export type KillDrill = z.infer<typeof KillDrill>
export const ListDrills = PageQuery.extend({ connectorId: Id('con').optional() })
export type ListDrills = z.infer<typeof ListDrills>

/** Whether each gateway could be stopped now, and when that was last proven. */
export const KillGateway = z.object({
  ...Where,
  stoppedAgents: z.number().int(),
  /** The last drill that passed. */
  lastProvenAt: Timestamp.nullable(),
  lastProvenMs: z.number().int().nullable(),
  lastDrill: KillDrill.nullable(),
})
export type KillGateway = z.infer<typeof KillGateway>
export const KillGateways = z.object({ items: z.array(KillGateway) })
