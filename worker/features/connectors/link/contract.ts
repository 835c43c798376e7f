import { z } from 'zod'
import { Timestamp } from '../../../platform/contract.ts'
import { BackupProof, MakeBackup, ProveBackup } from './backups/contract.ts'
import { ChangeDone, GatewayChange, Issues } from './changes/contract.ts'
import { cronEvents } from './cron/contract.ts'
import { DiagnosticStep } from './diagnosis/contract.ts'
import { GatewayAnswer, GatewayQuestion } from './questions/contract.ts'
import { Broken, DrillReport, DrillStop, RecoverAgents, StopAgents, StopsFrame } from './stops/contract.ts'

/**
 * The connector's socket, `clawbutler.connector.v1`: JSON text frames, parsed on both sides. Unknown fields are
 * ignored, unknown kinds close the socket with `badFrame`.
 */
export const linkSubprotocol = 'clawbutler.connector.v1'
export const linkProtocol = 1
export const frameBytesMax = 512 * 1024
export const eventsPerFrameMax = 100
/** The connector sends `ping` this often; the answer is `pong` and wakes nothing. */
export const heartbeatIntervalMs = 8_000
/** Silence for this long and the connector is offline. */
export const silenceMaxMs = 24_000

/** Why the cloud closes the socket, so that the connector knows whether to come back, and when. */
export const closeCodes = {
  badFrame: 4400,
  unauthorized: 4401,
  paused: 4402,
  removed: 4403,
  replaced: 4409,
  protocolVersion: 4426,
  rotated: 4427,
  tryLater: 1013,
} as const

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

/** What the person at the connector lets the cloud ask for. `--read-only` is `['read']`. */
export const commandGroups = ['read', 'approvals', 'stop', 'manage', 'backup'] as const
/**
 * Without a choice: to write configuration is to have the gateway run anything, so that has to be chosen; and a backup needs
 * a passphrase, which somebody at the machine has to give.
 */
export const commandGroupsDefault = ['read', 'approvals', 'stop'] as const
/** With changes to agents as well: all that needs nothing to be given at the machine, as backups need a passphrase. */
export const commandGroupsWithChanges = [...commandGroupsDefault, 'manage'] as const
export const CommandGroup = z.enum(commandGroups)
export type CommandGroup = z.infer<typeof CommandGroup>

export const commands = {
  /** Idempotent: the same decision twice is one decision. */
  'approval.resolve': {
    group: 'approvals',
    params: z.object({
      externalId: z.string().min(1).max(200),
      source: z.enum(['openclaw.exec', 'openclaw.plugin']),
      decision: z.enum(['allow-once', 'allow-always', 'deny']),
    }),
  },
  /** The gateway forgets one of its allow-always records. Idempotent: one that is gone already is done. */
  'grant.revoke': { group: 'approvals', params: z.object({ ref: z.string().min(1).max(300) }) },
  'gateway.sync': { group: 'read', params: z.object({}) },
  /** `stepwise`: each step is told by a frame of its own as it ends, and all of them with the result as ever. */
  'gateway.diagnose': { group: 'read', params: z.object({ stepwise: z.boolean().optional() }) },
  'gateway.ask': { group: 'read', params: GatewayQuestion },
  'gateway.change': { group: 'manage', params: GatewayChange },
  /** Idempotent for the order: more agents under the same one are stopped as well. */
  'agents.stop': { group: 'stop', params: StopAgents },
  /** Idempotent: an order that is recovered stays so, also when it is delivered again after that. */
  'agents.recover': { group: 'stop', params: RecoverAgents },
  'stops.drill': { group: 'stop', params: DrillStop },
  'backup.make': { group: 'backup', params: MakeBackup },
  'backup.prove': { group: 'backup', params: ProveBackup },
} as const
export type CommandKind = keyof typeof commands

const commandOf = <K extends CommandKind>(kind: K) => {
  const params: (typeof commands)[K]['params'] = commands[kind].params
  return z.object({
    kind: z.literal('command'),
    id: z.string().max(64),
    command: z.literal(kind),
    params,
    /** After this moment the connector must not act on it any more. */
    deadline: Timestamp,
  })
}
export const Command = z.discriminatedUnion('command', [
  commandOf('approval.resolve'),
  commandOf('grant.revoke'),
  commandOf('gateway.sync'),
  commandOf('gateway.diagnose'),
  commandOf('gateway.ask'),
  commandOf('gateway.change'),
  commandOf('agents.stop'),
  commandOf('agents.recover'),
  commandOf('stops.drill'),
  commandOf('backup.make'),
  commandOf('backup.prove'),
])
export type Command = z.infer<typeof Command>

export { DiagnosticStep }

/** Why a command did not happen; `retryable` ones stay queued until the deadline. */
export const commandFailures = [
  'read_only',
  'unsupported',
  'expired',
  'not_found',
  'already_resolved',
  'gateway_unreachable',
  'gateway_refused',
  /** What the change was made to is not what is there now. */
  'stale',
  /** The gateway would not take it; `issues` say where and why. */
  'invalid',
  'too_large',
  /** It may have happened: the connector stopped between doing and answering, and nothing tells. */
  'unknown_outcome',
] as const
export type CommandFailure = (typeof commandFailures)[number]

export const CommandResult = z.discriminatedUnion('ok', [
  z.object({
    kind: z.literal('result'),
    id: z.string().max(64),
    ok: z.literal(true),
    steps: z.array(DiagnosticStep).max(40).optional(),
    answer: GatewayAnswer.optional(),
    done: ChangeDone.optional(),
    drill: DrillReport.optional(),
    proof: BackupProof.optional(),
  }),
  z.object({
    kind: z.literal('result'),
    id: z.string().max(64),
    ok: z.literal(false),
    failure: z.enum(commandFailures),
    detail: Text,
    issues: Issues.optional(),
  }),
])
export type CommandResult = z.infer<typeof CommandResult>

export const ConnectorHello = z.object({
  kind: z.literal('hello'),
  protocols: z.array(z.number().int()).min(1).max(20),
  version: Short,
  runtime: z.object({
    kind: z.literal('openclaw'),
    connected: z.boolean(),
    version: Short.nullable(),
    bootId: Short.nullable(),
    scopes: z.array(Short).max(50),
  }),
  groups: z.array(CommandGroup).max(20),
  journal: z.object({
    id: z.string().min(8).max(64),
    firstUnacknowledged: z.number().int().positive(),
    next: z.number().int().positive(),
  }),
  clock: Timestamp,
  platform: Short,
})
export type ConnectorHello = z.infer<typeof ConnectorHello>

/** How the gateway link is, told whenever it changes. */
export const GatewayState = z.object({
  kind: z.literal('gateway'),
  connected: z.boolean(),
  version: Short.nullable(),
  bootId: Short.nullable(),
  detail: Text.nullable(),
})

export const FrameFromConnector = z.union([
  z.discriminatedUnion('kind', [
    ConnectorHello,
    GatewayState,
    StopsFrame,
    /** A step of diagnostics that were asked for stepwise; `id` is the command's. Lost, the result has it. */
    z.object({ kind: z.literal('step'), id: z.string().max(64), step: DiagnosticStep }),
    z.object({ kind: z.literal('events'), events: z.array(ConnectorEvent).min(1).max(eventsPerFrameMax) }),
  ]),
  CommandResult,
])
export type FrameFromConnector = z.infer<typeof FrameFromConnector>

export const FrameToConnector = z.union([
  z.discriminatedUnion('kind', [
    z.object({
      kind: z.literal('welcome'),
      protocol: z.literal(linkProtocol),
      connectorId: z.string(),
      name: z.string(),
      clock: Timestamp,
    }),
    /** Everything up to and including journal position `through` is in the audit sequence. */
    z.object({ kind: z.literal('ack'), journal: z.string(), through: z.number().int().nonnegative() }),
  ]),
  Command,
])
export type FrameToConnector = z.infer<typeof FrameToConnector>
