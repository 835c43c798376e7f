import { z } from 'zod'
import { MemoryPath, memoryBytesMax } from '../memory/contract.ts'
import { ConfigIssue, FileName, fileBytesMax, Tree } from '../questions/contract.ts'

/**
 * What the cloud may change at a gateway through its connector: the closed list. Each is carried out once for its command
 * id, however often it is delivered: the gateway compares what the change was made to (hash, revision), and a change that
 * is found done is answered as done. Only running a job has nothing to compare, so the connector remembers it on disk.
 */
const Short = z.string().max(300)
const Agent = z.string().min(1).max(200)
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

const everyMsMin = 60_000
export const CronSchedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('cron'), expr: z.string().min(1).max(200), tz: z.string().max(100).optional() }),
  z.strictObject({
    kind: z.literal('every'),
    everyMs: z
      .number()
      .int()
      .min(everyMsMin)
      .max(366 * 86_400_000),
  }),
  z.strictObject({ kind: z.literal('at'), at: z.iso.datetime({ offset: true }) }),
])
export const CronDefinition = z.strictObject({
  name: z.string().trim().min(1).max(200),
  schedule: CronSchedule,
  message: z.string().min(1).max(4_000),
  isEnabled: z.boolean().default(true),
})
export type CronDefinition = z.infer<typeof CronDefinition>
export const CronPatch = CronDefinition.partial().extend({ isEnabled: z.boolean().optional() })

/** What OpenClaw takes as the id of a new agent, in its canonical form. */
export const GatewayAgentId = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,63}$/)

/** The id that OpenClaw makes of a name; null when no letter or digit of it may stand in one. */
export const gatewayIdOf = (name: string): string | null => {
  const lower = name.trim().toLowerCase()
  if (GatewayAgentId.safeParse(lower).success) return lower
  const id = lower
    .replace(/[^a-z0-9_-]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 64)
  return GatewayAgentId.safeParse(id).success ? id : null
}

const change = <C extends string, T extends z.ZodRawShape>(name: C, shape: T) =>
  z.object({ change: z.literal(name), ...shape })

export const GatewayChange = z.discriminatedUnion('change', [
  /** A merge patch (RFC 7386) of one agent's entry. `replacePaths`: lists below the entry that lose items. */
  change('config.patch', {
    agent: Agent,
    patch: Tree,
    replacePaths: z.array(Short).max(100),
    baseHash: Short,
  }),
  /**
   * The entries of `bindings` that name the agent, all of them as they shall be; those of others stay. Connectors before
   * 2026-11-21 do not know it and answer `unsupported`.
   */
  change('bindings.put', { agent: Agent, bindings: z.array(Tree).max(200), baseHash: Short }),
  /** The whole content. `expectedHash` is of what was there, null for a file that is not there yet. */
  change('file.put', {
    agent: Agent,
    name: FileName,
    content: z.string().max(fileBytesMax),
    expectedHash: Sha256.nullable(),
  }),
  /** `name` is what people read; null leaves workspace and model to the gateway's defaults. */
  change('agent.create', {
    agent: GatewayAgentId,
    name: Short.min(1),
    workspace: z.string().min(1).max(1_000).nullable(),
    model: Short.min(1).nullable(),
  }),
  /** Out of the configuration, with its bindings and jobs. Its files stay. */
  change('agent.delete', { agent: Agent }),
  /** The same for a file of the agent's memory. */
  change('memory.put', {
    agent: Agent,
    path: MemoryPath,
    content: z.string().max(memoryBytesMax),
    expectedHash: Sha256.nullable(),
  }),
  change('memory.delete', { agent: Agent, path: MemoryPath, expectedHash: Sha256 }),
  change('cron.add', { agent: Agent, job: CronDefinition }),
  change('cron.update', { jobId: Short, patch: CronPatch, expectedRevision: Short }),
  /** Null: whatever it is now. */
  change('cron.remove', { jobId: Short, expectedRevision: Short.nullable().default(null) }),
  change('cron.run', { jobId: Short }),
])
export type GatewayChange = z.infer<typeof GatewayChange>
export type ChangeName = GatewayChange['change']

/** What was found when the gateway was asked again after the change. */
export const ChangeDone = z.object({
  /** It was so already, as after an answer that got lost. */
  wasAlready: z.boolean(),
  /** SHA-256 of what was changed, before and after: of a file's content, of an entry's canonical JSON. */
  before: Sha256.nullable(),
  after: Sha256.nullable(),
  /** The gateway's own name of the new state: base hash, revision, or id of a run. */
  reference: Short.nullable(),
  /** The job that was added. */
  jobId: Short.nullable(),
})
export type ChangeDone = z.infer<typeof ChangeDone>

export const Issues = z.array(ConfigIssue).max(100)
