import { z } from 'zod'

/** Agents, and what they are made of. */
export const agentEvents = {
  'agent.discovered': z.object({ externalId: z.string(), name: z.string() }),
  'agent.changed': z.object({ fields: z.array(z.string()) }),
  'agent.removed': z.object({ externalId: z.string() }),
  /** By what its own runs and jobs say. Flapping: single changes are not told until it is calm. */
  'agent.health-changed': z.object({ state: z.string(), causes: z.array(z.string()), isFlapping: z.boolean() }),
  /** What people of the organization say of it: its name here, owner, tags, group. */
  'agent.described': z.object({ fields: z.array(z.string()) }),
  /** A change is on its way to the gateway. `touches` are paths, a file's name or a job's id; never a value. */
  'agent.change-ordered': z.object({ changeId: z.string(), kind: z.string(), touches: z.array(z.string()) }),
  /** Read back from the gateway; `before` and `after` are SHA-256 of what was changed. */
  'agent.change-confirmed': z.object({
    changeId: z.string(),
    kind: z.string(),
    touches: z.array(z.string()),
    before: z.string().nullable(),
    after: z.string().nullable(),
    reference: z.string().nullable(),
  }),
  'agent.change-failed': z.object({
    changeId: z.string(),
    kind: z.string(),
    cause: z.string(),
    detail: z.string().nullable(),
  }),
  'agent.disabled': z.object({ changeId: z.string(), reason: z.string().nullable() }),
  'agent.enabled': z.object({ changeId: z.string().nullable() }),
  /** One that its gateway has no more was taken out of the registry, with what was known of it. */
  'agent.forgotten': z.object({ externalId: z.string(), name: z.string() }),
  'agent.group-renamed': z.object({ from: z.string(), to: z.string(), agents: z.number().int() }),
  'agent.group-removed': z.object({ name: z.string(), agents: z.number().int() }),
  /** SHA-256 of the file, null where there is none. No change of ours: it was found so at the gateway. */
  'memory.changed': z.object({
    path: z.string(),
    before: z.string().nullable(),
    after: z.string().nullable(),
    changeId: z.string().nullable(),
  }),
  /** A job of a gateway is to be changed; `isMerged`: within a change that still waited. */
  'cron.change-ordered': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    isMerged: z.boolean(),
  }),
  'cron.change-applied': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    reference: z.string().nullable(),
    wasAlready: z.boolean(),
  }),
  'cron.change-failed': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    cause: z.string(),
    detail: z.string(),
  }),
  /** The job is not what the change was made to. */
  'cron.change-conflicted': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    cause: z.string(),
  }),
  'cron.change-cancelled': z.object({
    changeId: z.string(),
    kind: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
  }),
  'cron.change-resolved': z.object({
    changeId: z.string(),
    jobId: z.string().nullable(),
    name: z.string(),
    answer: z.string(),
    successorId: z.string(),
  }),
  /** It has failed as often in a row as its threshold says. */
  'cron.failing': z.object({
    jobId: z.string(),
    name: z.string(),
    consecutiveFailures: z.number().int(),
    lastStatus: z.string().nullable(),
  }),
  'cron.recovered': z.object({ jobId: z.string(), name: z.string() }),
  /** It was due, its gateway was there, and nothing ran. */
  'cron.missed': z.object({ jobId: z.string(), name: z.string(), dueAt: z.string() }),
  /** Of one job, or of all that have none of their own; null: the organization's holds again. */
  'cron.threshold-changed': z.object({ jobId: z.string().nullable(), failureThreshold: z.number().int().nullable() }),
  /** No change when the gateway was left as somebody had changed it there. */
  /** Somebody changed at the gateway what was last made or accepted here; `paths` are the first of what differs. */
  'config.drifted': z.object({
    scope: z.string(),
    version: z.number().int(),
    trusted: z.number().int(),
    paths: z.array(z.string()),
  }),
  /** What was changed at the gateway was found to be right. */
  'config.drift-accepted': z.object({ scope: z.string(), version: z.number().int(), accepts: z.number().int() }),
  /** What is not told as drift any more, or again. */
  'config.drift-ignores-changed': z.object({
    version: z.number().int(),
    added: z.array(z.string()),
    removed: z.array(z.string()),
  }),
  /** An earlier version was put back, and is so at the gateway. */
  'config.rolled-back': z.object({
    scope: z.string(),
    version: z.number().int(),
    restores: z.number().int(),
    approvalId: z.string().nullable(),
  }),
} as const
