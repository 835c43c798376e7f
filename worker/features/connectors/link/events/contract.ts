import { z } from 'zod'
import { Timestamp } from '../../../../platform/contract.ts'
import { cronEvents } from '../cron/contract.ts'
import { Broken } from '../stops/contract.ts'

const Short = z.string().max(300)
const Text = z.string().max(4_000)
const AgentRef = z.string().min(1).max(200)
/** What a run used, as the gateway counted it; cost is null where the gateway has no price. */
export const RunUsage = z.object({
  inputTokens: z.number().int().nonnegative(),
  outputTokens: z.number().int().nonnegative(),
  costMicroUsd: z.number().int().nonnegative().nullable(),
})
export type RunUsage = z.infer<typeof RunUsage>

/** One of the gateway's own allow-always records. */
export const GatewayGrant = z.object({
  /** How the gateway calls it; the same as long as it stands. */
  ref: z.string().min(1).max(300),
  agent: AgentRef.nullable(),
  /** The executable or tool that it allows. */
  pattern: z.string().max(4_000),
  /** The gateway's restriction of arguments, as text that it alone understands; null when there is none. */
  argumentPattern: z.string().max(4_000).nullable(),
  createdAt: Timestamp.nullable(),
  lastUsedAt: Timestamp.nullable(),
})
export type GatewayGrant = z.infer<typeof GatewayGrant>

const RunRef = z.object({
  agent: AgentRef,
  sessionKey: Short,
  runId: Short,
  /** Of a sub-agent's run, where the connector heard it begin: whose run spawned it. */
  parentRunId: Short.optional(),
  /** And the run in which it all began, to whose trace everything below it belongs. */
  rootRunId: Short.optional(),
})

/** One pending or new approval as the gateway describes it, already cut down to what a decision needs. */
export const GatewayApproval = z.object({
  externalId: z.string().min(1).max(200),
  source: z.enum(['openclaw.exec', 'openclaw.plugin']),
  agent: AgentRef.nullable(),
  sessionKey: Short.nullable(),
  runId: Short.nullable(),
  /** Of a sub-agent's run: the run in which it all began. */
  rootRunId: Short.optional(),
  toolCallId: Short.nullable(),
  /** The tool that asks, where it is not exec. */
  tool: Short.nullable().default(null),
  /** What the tool was given, when the plugin tells it. */
  arguments: z.record(z.string().max(200), z.unknown()).nullable().default(null),
  /** What will be run, exactly; for plugin approvals the title and description. */
  command: z.string().max(32_000),
  cwd: z.string().max(4_000).nullable(),
  host: Short.nullable(),
  resolvedPath: z.string().max(4_000).nullable(),
  warning: Text.nullable(),
  riskKinds: z.array(Short).max(50),
  warningLines: z.array(Text).max(50),
  allowedDecisions: z.array(z.enum(['allow-once', 'allow-always', 'deny'])).max(3),
  requestedAt: Timestamp,
  expiresAt: Timestamp,
})
export type GatewayApproval = z.infer<typeof GatewayApproval>

export const GatewayAgent = z.object({
  externalId: AgentRef,
  name: Short,
  model: Short.nullable(),
  workspace: z.string().max(4_000).nullable(),
  toolsProfile: Short.nullable(),
  isDefault: z.boolean(),
})
export type GatewayAgent = z.infer<typeof GatewayAgent>

/** What a connector may report, by type: the closed list. Payloads hold no secret and no model text. */
export const connectorEvents = {
  'run.started': RunRef,
  'run.ended': RunRef.extend({
    outcome: z.enum(['ok', 'error', 'aborted']),
    durationMs: z.number().int().nonnegative().nullable(),
    error: Text.nullable(),
    usage: RunUsage.nullable().default(null),
  }),
  'model.called': RunRef.extend({
    provider: Short.nullable(),
    model: Short.nullable(),
    ordinal: z.number().int().nonnegative(),
  }),
  'tool.started': RunRef.extend({ tool: Short, toolCallId: Short, title: Text }),
  'tool.ended': RunRef.extend({
    tool: Short,
    toolCallId: Short,
    title: Text,
    outcome: z.enum(['ok', 'error', 'denied']),
    exitCode: z.number().int().nullable(),
    durationMs: z.number().int().nonnegative().nullable(),
  }),
  'approval.requested': GatewayApproval,
  'approval.resolved': z.object({
    externalId: z.string().min(1).max(200),
    source: z.enum(['openclaw.exec', 'openclaw.plugin']),
    decision: z.enum(['allow-once', 'allow-always', 'deny']),
    resolvedBy: Short.nullable(),
    /** What the gateway says the decision was about, to be held against what was shown. */
    subject: z
      .object({ command: z.string().max(32_000), cwd: z.string().max(4_000).nullable() })
      .nullable()
      .default(null),
  }),
  /** All allow-always records of the gateway; sent after every gateway hello and whenever the list differs from the last one. */
  'gateway.grants': z.object({ grants: z.array(GatewayGrant).max(1_000) }),
  /** All approvals the gateway was still waiting for at `at` of the event; sent after every gateway hello. */
  'approval.pending': z.object({ approvals: z.array(GatewayApproval).max(500) }),
  /** All agents of the gateway; sent after every gateway hello and whenever the list differs from the last one. */
  'gateway.roster': z.object({ agents: z.array(GatewayAgent).max(2_000) }),
  'gateway.connected': z.object({ version: Short, bootId: Short, restarted: z.boolean() }),
  'gateway.disconnected': z.object({
    cause: z.enum(['restart', 'overloaded', 'removed', 'unauthorized', 'lost', 'refused', 'stopped']),
    code: z.number().int().nullable(),
    detail: Text,
  }),
  'gateway.config-changed': z.object({ paths: z.array(Short).max(200), hash: Short.nullable() }),
  ...cronEvents,
  /** A stopped agent was re-enabled at its gateway by somebody. */
  'kill.broken': Broken,
  /** The gateway said something that its protocol does not allow, or flooded. */
  'gateway.fault': z.object({ fault: Short, detail: Text, count: z.number().int().positive() }),
  /** The connector's disk could not take more; from here on it read nothing from the gateway. */
  'connector.journal-full': z.object({ bytes: z.number().int(), detail: Text }),
} as const
export type ConnectorEventType = keyof typeof connectorEvents

const eventOf = <T extends ConnectorEventType>(type: T) =>
  z.object({
    /** Position in the connector's journal: 1, 2, 3 … without a gap within one journal. */
    n: z.number().int().positive(),
    /** What happened, as a name that is the same however often it is told; the cloud keeps one event for each key. */
    key: z.string().min(1).max(200),
    at: Timestamp,
    type: z.literal(type),
    payload: connectorEvents[type],
  })

export const ConnectorEvent = z.discriminatedUnion('type', [
  eventOf('run.started'),
  eventOf('run.ended'),
  eventOf('model.called'),
  eventOf('tool.started'),
  eventOf('tool.ended'),
  eventOf('approval.requested'),
  eventOf('approval.resolved'),
  eventOf('approval.pending'),
  eventOf('gateway.grants'),
  eventOf('gateway.roster'),
  eventOf('gateway.connected'),
  eventOf('gateway.disconnected'),
  eventOf('gateway.config-changed'),
  eventOf('gateway.cron'),
  eventOf('gateway.jobs'),
  eventOf('cron.ran'),
  eventOf('kill.broken'),
  eventOf('gateway.fault'),
  eventOf('connector.journal-full'),
])
export type ConnectorEvent = z.infer<typeof ConnectorEvent>
