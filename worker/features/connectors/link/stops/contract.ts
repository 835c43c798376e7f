import { z } from 'zod'
import { Timestamp } from '../../../../platform/contract.ts'

/**
 * What the cloud and a connector say to each other about stopped agents. An order names agents or all of them; the
 * connector keeps it on its own disk and holds to it without the cloud, and tells the state of each agent as it is found
 * at the gateway, never as it was asked for.
 */
const Agent = z.string().min(1).max(200)
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const Ms = z.number().int().nonnegative()
export const OrderId = z.string().min(1).max(64)

/** report: whatever re-enables an agent is only told. stop_again: it is stopped again, within bounds. */
export const stopPolicies = ['report', 'stop_again'] as const
export const agentsInOrderMax = 2_000
export const stopsPerFrameMax = 50

/** In this order, but for the first two, which begin at once beside what follows. */
export const stopSteps = ['refuse', 'abort', 'record', 'deny', 'cron', 'approvals', 'drain', 'verify'] as const
export const recoverSteps = ['restore', 'schedule', 'release', 'compare'] as const

/**
 * stopping: under way. stopped: found so at the gateway. failed: a step did not happen; it is tried again. broken:
 * somebody changed at the gateway what stopping had set. recovered: put back, or left with `differs`. absent: the gateway
 * has no such agent. held: another order still stops it.
 */
export const agentStopStates = [
  'stopping',
  'stopped',
  'failed',
  'broken',
  'recovering',
  'recovered',
  'absent',
  'held',
] as const

/**
 * Why a step was left out, did less or failed, where we know it; the words for each stand with whoever shows them. Facts
 * are names and numbers for these words. In what a connector tells, one of before has none, and one that is newer than the
 * reader is none to it.
 */
const Facts = z.record(z.string().max(40), z.union([z.string().max(500), z.number()]))
const reason = <const Code extends readonly [string, ...string[]]>(codes: Code) =>
  z.object({ code: z.enum(codes), facts: Facts }).nullable()

/**
 * no_plugin: nothing of ours is loaded that refuses runs. gateway_owned: `left` jobs follow the heartbeat and are the
 * gateway's. runs_go_on: they begin as fast as they are ended. found_open: `what` was not as stopping had set it.
 * changes_meanwhile: the configuration moved under each of `attempts` writes.
 */
export const stepReasons = ['no_plugin', 'gateway_owned', 'runs_go_on', 'found_open', 'changes_meanwhile'] as const
export const StepReason = reason(stepReasons)
export type StepReason = NonNullable<z.infer<typeof StepReason>>

export const StopStep = z.object({
  step: z.enum([...stopSteps, ...recoverSteps]),
  /** already: found so. skipped: there is nothing to do it with, such as no plugin. */
  outcome: z.enum(['done', 'already', 'skipped', 'failed']),
  /** Since the connector had the order in hand. */
  startedMs: Ms,
  endedMs: Ms,
  because: StepReason.default(null).catch(null),
  /** The same in English, or what the gateway said itself. */
  detail: z.string().max(500),
  /** What was counted: runs aborted, jobs switched off, approvals denied, looks at the sessions. */
  counts: z.record(z.string().max(40), z.number().int()),
})
export type StopStep = z.infer<typeof StopStep>

export const AgentStop = z.object({
  agent: Agent,
  state: z.enum(agentStopStates),
  at: Timestamp,
  steps: z.array(StopStep).max(16),
  /** Digests of what the connector saved before it changed anything: the entry, and the jobs; null before that. */
  record: z.object({ entry: Sha256, jobs: Sha256, jobCount: z.number().int() }).nullable(),
  /** New runs are refused within the gateway, before any model is called. */
  isRefused: z.boolean(),
  /** Runs that were aborted, and until when all of them were; null while none was found. */
  abortedRuns: z.number().int(),
  abortedMs: Ms.nullable(),
  confirmedMs: Ms.nullable(),
  /** Paths and jobs at which recovering left what somebody changed meanwhile, or at which the agent was re-enabled. */
  differs: z.array(z.string().max(300)).max(100),
})
export type AgentStop = z.infer<typeof AgentStop>

/** How agents of an order are now; told when it changes, and all of it after each welcome. */
export const StopsFrame = z.object({
  kind: z.literal('stops'),
  orderId: OrderId,
  /** The gateway was there; without it the order waits on the connector's disk. */
  gatewayConnected: z.boolean(),
  agents: z.array(AgentStop).max(stopsPerFrameMax),
})
export type StopsFrame = z.infer<typeof StopsFrame>

export const StopAgents = z.object({
  orderId: OrderId,
  /** Every agent of the gateway, also those that come later. */
  isAll: z.boolean(),
  agents: z.array(Agent).max(agentsInOrderMax),
  policy: z.enum(stopPolicies),
})
export type StopAgents = z.infer<typeof StopAgents>
export const RecoverAgents = z.object({ orderId: OrderId })
export const DrillStop = z.object({
  drillId: OrderId,
  /** A gateway with one agent that stands in no list rewrites its configuration when a second one is made. */
  mayRewrite: z.boolean(),
})
export type DrillStop = z.infer<typeof DrillStop>

/**
 * proven. not_proven: the steps tell which part. would_rewrite: the gateway would rewrite its configuration for a second
 * agent. gateway_away. probe_hidden: it took the probe and does not list it.
 */
export const drillReasons = ['proven', 'not_proven', 'would_rewrite', 'gateway_away', 'probe_hidden'] as const
export const DrillReason = reason(drillReasons)

/** passed: stopped, must-deny shown, recovered exactly. impossible: the gateway can not have a probe. */
export const DrillReport = z.object({
  outcome: z.enum(['passed', 'failed', 'impossible']),
  because: DrillReason.default(null).catch(null),
  /** The same in English, or what the gateway said itself. */
  detail: z.string().max(1_000),
  steps: z.array(StopStep).max(24),
  toolsBefore: z.number().int().nullable(),
  toolsAfter: z.number().int().nullable(),
  /** A run was refused before any model was called; null without the plugin. */
  isRunRefused: z.boolean().nullable(),
  isExact: z.boolean().nullable(),
  confirmedMs: Ms.nullable(),
  recoveredMs: Ms.nullable(),
})
export type DrillReport = z.infer<typeof DrillReport>

/** How a change came to the gateway, by its own list of changes: its API, its command line, an edit of the file … */
export const changeWays = ['api', 'cli', 'file', 'doctor', 'plugin_install', 'system_agent', 'other'] as const
export type ChangeWay = (typeof changeWays)[number]
/**
 * not_recorded: the gateway keeps no list of such changes, as of jobs and plugins. not_listed: its list has none that
 * fits. no_list: it has no list, or did not answer.
 */
export const unknownReasons = ['not_recorded', 'not_listed', 'no_list'] as const

/** Who was found re-enabled at the gateway, and what was done about it. */
export const Broken = z.object({
  agent: Agent,
  orders: z.array(OrderId).max(20),
  /** Paths of the entry, `cron:<job>`, or `plugin`. */
  what: z.array(z.string().max(300)).max(100),
  /** The client that wrote it, as the gateway's log names it; it knows clients and devices, never people. */
  by: z.string().max(300).nullable(),
  way: z.enum(changeWays).nullable().default(null).catch(null),
  /** Why nothing is known of who it was; null where something is. */
  byUnknown: z.enum(unknownReasons).nullable().default(null).catch(null),
  action: z.enum(['reported', 'stopped_again']),
  /** How often within the hour. */
  count: z.number().int(),
})
