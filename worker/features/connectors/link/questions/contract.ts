import { z } from 'zod'
import { Timestamp } from '../../../../platform/contract.ts'
import { MemoryPath, memoryAnswers } from '../memory/contract.ts'

/**
 * What the cloud may ask a gateway through its connector: the closed list. Nothing here changes anything at the gateway.
 * Answers are cut down by the connector to what is listed, bounded, and free of secrets before they leave its machine.
 */
const Short = z.string().max(300)
const Line = z.string().max(1_000)
const Text = z.string().max(4_000)
const Agent = z.string().min(1).max(200)
const Count = z.number().int().nonnegative()

/** Stands where the gateway, or the connector on its way, took a secret out. Never written where none is stored. */
export const sentinel = '__OPENCLAW_REDACTED__'
/** What a gateway gives in the text of a file where its bytes are none. */
export const noText = '\uFFFD'
/** An answer longer than this is refused by the connector: `too_large`. */
export const answerBytesMax = 400 * 1024
export const fileBytesMax = 128 * 1024
/** One of the names that a gateway keeps for an agent, such as `AGENTS.md`: no folder, nothing hidden. */
export const FileName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/, 'a file name without a folder')
export const Tree = z.record(z.string(), z.unknown())
export type Tree = z.infer<typeof Tree>

const ask = <Q extends string, T extends z.ZodRawShape>(question: Q, shape: T) =>
  z.object({ question: z.literal(question), ...shape })

export const GatewayQuestion = z.discriminatedUnion('question', [
  ask('config', {}),
  ask('config.schema', { path: z.string().min(1).max(300) }),
  ask('tools.catalog', { agent: Agent }),
  ask('tools.effective', { agent: Agent, sessionKey: Short }),
  ask('skills', { agent: Agent }),
  ask('channels', {}),
  ask('files.list', { agent: Agent }),
  ask('files.get', { agent: Agent, name: FileName }),
  ask('sessions', { agent: Agent, limit: z.number().int().min(1).max(200) }),
  ask('models', { agent: Agent }),
  ask('models.auth', { agent: Agent }),
  ask('cron.list', { agent: Agent }),
  ask('cron.runs', { jobId: Short, limit: z.number().int().min(1).max(100), offset: Count }),
  ask('memory.status', { agent: Agent }),
  ask('memory.files', { agent: Agent }),
  ask('memory.file', { agent: Agent, path: MemoryPath }),
  ask('memory.search', { agent: Agent, query: z.string().min(1).max(500) }),
  /** What stopping these agents, or all of them, would end now. */
  ask('stops.preview', { isAll: z.boolean(), agents: z.array(Agent).max(2_000) }),
])
export type GatewayQuestion = z.infer<typeof GatewayQuestion>
export type QuestionName = GatewayQuestion['question']

export const ConfigIssue = z.object({ path: Line, message: Text })
export type ConfigIssue = z.infer<typeof ConfigIssue>

/** What the gateway's operator wrote, redacted, and the hash that a change must name. */
export const GatewayConfig = z.object({
  hash: Short,
  valid: z.boolean(),
  issues: z.array(ConfigIssue).max(100),
  source: Tree,
  /** The same with what the gateway fills in by itself. */
  completed: Tree,
})
export type GatewayConfig = z.infer<typeof GatewayConfig>

export const reloadKinds = ['hot', 'restart', 'none'] as const
const SchemaNode = z.object({
  path: Short,
  title: Short.nullable(),
  description: Text.nullable(),
  /** What a change here does to the running gateway; null where it does not say. */
  reloadKind: z.enum(reloadKinds).nullable(),
  isAdvanced: z.boolean(),
})
export const ConfigSchema = SchemaNode.extend({
  /** JSON Schema of this node alone. */
  schema: Tree,
  children: z.array(SchemaNode.extend({ key: Short, type: Short.nullable(), isRequired: z.boolean() })).max(300),
})
export type ConfigSchema = z.infer<typeof ConfigSchema>

/** Under the gateway's own names, so that the explainer takes it as it takes the gateway's. */
const Tool = z.object({
  id: Short,
  label: Short,
  description: Line,
  source: Short,
  pluginId: Short.optional(),
  /** Built only where a list names it. */
  optional: z.boolean(),
  defaultProfiles: z.array(Short).max(20),
})
export const Tools = z.object({
  profile: Short.nullable(),
  groups: z
    .array(
      z.object({
        id: Short,
        label: Short,
        source: Short,
        pluginId: Short.optional(),
        tools: z.array(Tool).max(500),
      }),
    )
    .max(100),
  /** In the catalogue: the plugins of the gateway and their versions. Absent where nobody tells, and in what is offered. */
  plugins: z
    .array(z.object({ id: Short, version: Short.nullable() }))
    .max(1_000)
    .optional(),
})
export type Tools = z.infer<typeof Tools>

const Names = z.array(Short).max(50)
export const Skill = z.object({
  key: Short,
  name: Short,
  description: Line,
  source: Short,
  isBundled: z.boolean(),
  isDisabled: z.boolean(),
  /** Everything it needs is there and nothing forbids it. */
  isEligible: z.boolean(),
  blockedBy: z.enum(['allowlist', 'agent_filter', 'platform']).nullable(),
  /** Null where the gateway was not asked for it. */
  requires: z.object({ bins: Names, env: Names, config: Names }).nullable(),
  /** `unsorted`: what it lacked when it was seen last, where it was not kept of which kind each is. */
  missing: z.object({ bins: Names, env: Names, config: Names, unsorted: Names.optional() }),
  /** As the registry installed it, or as its own file says; null where neither says one. Absent from older connectors. */
  version: Short.nullable().optional(),
  /** SHA-256 of its file; null where the connector can not read it, since the gateway is on another machine. */
  content: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable()
    .optional(),
  /** What else its own file says, as the gateway read it. Absent from connectors that do not tell it yet. */
  declares: z
    .object({
      /** Its whole text stands in every conversation. */
      isAlways: z.boolean(),
      isModelVisible: z.boolean(),
      isCommandVisible: z.boolean(),
      /** What a person types to start it; null where the gateway lists none. */
      command: Short.nullable(),
      /** One of these programs is enough. */
      anyBins: Names,
      systems: Names,
      installs: z.array(z.object({ kind: Short, label: Short, bins: Names })).max(20),
      homepage: Line.nullable(),
      /** Where it was installed from, such as a registry; null where it just lies there. */
      registry: Short.nullable(),
    })
    .optional(),
})
export type Skill = z.infer<typeof Skill>

export const Channel = z.object({
  id: Short,
  label: Short,
  isConfigured: z.boolean().nullable(),
  isRunning: z.boolean().nullable(),
  accounts: z
    .array(
      z.object({
        id: Short,
        isEnabled: z.boolean().nullable(),
        isConnected: z.boolean().nullable(),
        lastError: Line.nullable(),
      }),
    )
    .max(100),
})
export type Channel = z.infer<typeof Channel>

const FileFacts = z.object({
  name: Short,
  isMissing: z.boolean(),
  sizeBytes: Count.nullable(),
  updatedAt: Timestamp.nullable(),
})
export const AgentFile = FileFacts.extend({
  /** SHA-256 of the whole file as it lies on the machine, by the gateway; null while there is none. */
  hash: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .nullable(),
  content: z.string().max(fileBytesMax),
  /** How many passages that look like credentials were replaced by the sentinel. Such text can not be written back. */
  redactions: Count,
})
export type AgentFile = z.infer<typeof AgentFile>

const Session = z.object({
  key: Short,
  label: Short.nullable(),
  kind: Short.nullable(),
  /** The conversation whose run spawned it, by its key. An older connector does not say. */
  spawnedBy: Short.nullable().default(null),
  model: Short.nullable(),
  isActive: z.boolean(),
  totalTokens: Count.nullable(),
  costMicroUsd: Count.nullable(),
  updatedAt: Timestamp.nullable(),
})
const Model = z.object({
  id: Short,
  name: Short,
  provider: Short,
  contextWindow: Count.nullable(),
  /** Null where the gateway was not asked for it. */
  isReasoning: z.boolean().nullable(),
  isAvailable: z.boolean(),
})
/** How a provider of models is signed in to. Names and states; no key, no token, no address of an account. */
const ModelProvider = z.object({
  provider: Short,
  state: Short.nullable(),
  /** A key beside all profiles: where it stands, never what it is. */
  apiKey: z.object({ source: Short, variable: Short.nullable() }).nullable(),
  /** Only these profiles, in this order; null where the gateway chooses. */
  order: Names.nullable(),
  profiles: z
    .array(
      z.object({
        id: Short,
        kind: Short.nullable(),
        state: Short.nullable(),
        /** Why it is not used, in the gateway's word. */
        reason: Short.nullable(),
        source: Short.nullable(),
        expiresAt: Timestamp.nullable(),
        lastUsedAt: Timestamp.nullable(),
        /** Null where the gateway does not say it, as OpenClaw up to 2026.9.6 never does. */
        cooldownUntil: Timestamp.nullable(),
      }),
    )
    .max(50),
  /** What the provider itself says is used up, and when it begins anew. */
  windows: z
    .array(z.object({ label: Short, usedPercent: z.number().min(0).max(100), resetAt: Timestamp.nullable() }))
    .max(20),
})
export type ModelProvider = z.infer<typeof ModelProvider>
export const CronJob = z.object({
  id: Short,
  name: Short,
  description: Line.nullable(),
  agent: Agent.nullable(),
  isEnabled: z.boolean(),
  /** The gateway made it and keeps it: to be left alone. */
  isManaged: z.boolean(),
  schedule: Tree,
  payload: z.object({ kind: Short, message: Text.nullable() }),
  sessionTarget: Short.nullable(),
  /** Names this definition; a change must be made to the newest. */
  revision: Short.nullable(),
  nextRunAt: Timestamp.nullable(),
  lastRunAt: Timestamp.nullable(),
  lastStatus: Short.nullable(),
  lastError: Line.nullable().default(null),
  consecutiveErrors: Count,
  /** Since when a run of it is going on. */
  runningSince: Timestamp.nullable().default(null),
  /** The gateway switched it off by itself, after too many failures. */
  isAutoDisabled: z.boolean().default(false),
})
export type CronJob = z.infer<typeof CronJob>
export const CronRun = z.object({
  jobId: Short,
  /** When it began; with the job's id this is its name. */
  at: Timestamp,
  status: Short,
  durationMs: Count.nullable(),
  summary: Line.nullable(),
  error: Line.nullable(),
  sessionKey: Short.nullable(),
  /** The agent's run that it was, where the gateway told. */
  runId: Short.nullable().default(null),
  model: Short.nullable().default(null),
  inputTokens: Count.nullable().default(null),
  outputTokens: Count.nullable().default(null),
})
export type CronRun = z.infer<typeof CronRun>

/** A list that did not fit whole says so. */
const isComplete = z.boolean()
/** Each answer without its question's name. */
export const answers = {
  config: z.object({ config: GatewayConfig }),
  'config.schema': z.object({ node: ConfigSchema }),
  'tools.catalog': z.object({ tools: Tools }),
  'tools.effective': z.object({ tools: Tools }),
  skills: z.object({ skills: z.array(Skill).max(500), isComplete }),
  channels: z.object({ channels: z.array(Channel).max(100) }),
  'files.list': z.object({ files: z.array(FileFacts).max(200), isComplete }),
  'files.get': z.object({ file: AgentFile }),
  sessions: z.object({ sessions: z.array(Session).max(200), isComplete }),
  models: z.object({ models: z.array(Model).max(300), isComplete }),
  /** `isKnown` is false while the gateway is still finding out. */
  'models.auth': z.object({ providers: z.array(ModelProvider).max(100), isKnown: z.boolean(), isComplete }),
  'cron.list': z.object({ jobs: z.array(CronJob).max(300), isComplete }),
  'cron.runs': z.object({ runs: z.array(CronRun).max(100), nextOffset: Count.nullable() }),
  'memory.status': z.object({ isAvailable: z.boolean(), detail: Line.nullable() }),
  'stops.preview': z.object({ activeSessions: Count, subAgents: Count, enabledJobs: Count, hasPlugin: z.boolean() }),
  'memory.files': memoryAnswers.files,
  'memory.file': memoryAnswers.file,
  'memory.search': memoryAnswers.search,
} as const satisfies Record<QuestionName, z.ZodType>

const answerOf = <Q extends QuestionName>(question: Q) => {
  const shape: (typeof answers)[Q]['shape'] = answers[question].shape
  return z.object({ question: z.literal(question), ...shape })
}
export const GatewayAnswer = z.discriminatedUnion('question', [
  answerOf('config'),
  answerOf('config.schema'),
  answerOf('tools.catalog'),
  answerOf('tools.effective'),
  answerOf('skills'),
  answerOf('channels'),
  answerOf('files.list'),
  answerOf('files.get'),
  answerOf('sessions'),
  answerOf('models'),
  answerOf('models.auth'),
  answerOf('cron.list'),
  answerOf('cron.runs'),
  answerOf('memory.status'),
  answerOf('memory.files'),
  answerOf('memory.file'),
  answerOf('memory.search'),
  answerOf('stops.preview'),
])
export type GatewayAnswer = z.infer<typeof GatewayAnswer>
/** The answer to one of the questions. */
export type AnswerTo<Q extends QuestionName> = Extract<GatewayAnswer, { question: Q }>
