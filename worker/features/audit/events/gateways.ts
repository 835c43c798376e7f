import { z } from 'zod'

/** Connectors, and the packages of what stands behind them. */
export const gatewayEvents = {
  'connector.created': z.object({ name: z.string() }),
  'connector.renamed': z.object({ name: z.string() }),
  'connector.token-rotated': z.object({}),
  /** Somebody dialled in as it with a token that is not, or no longer, its own; told once in ten minutes. */
  'connector.refused': z.object({}),
  'connector.paused': z.object({}),
  'connector.resumed': z.object({}),
  'connector.removed': z.object({ name: z.string() }),
  'connector.online': z.object({ version: z.string(), runtimeVersion: z.string().nullable() }),
  'connector.offline': z.object({
    cause: z.enum(['silent', 'closed', 'replaced', 'paused', 'removed', 'rotated', 'fault']),
    detail: z.string(),
  }),
  'connector.fault': z.object({ fault: z.string(), detail: z.string() }),
  /** Its agents are as well as it is. That it went offline says `connector.offline`; this says when it is well again. */
  'connector.health-changed': z.object({ state: z.string(), causes: z.array(z.string()), isFlapping: z.boolean() }),
  /** A package is in the bucket, as long and with the digest that was announced; nobody here can read it. */
  'artifact.stored': z.object({
    artifactId: z.string(),
    cause: z.string(),
    intent: z.string(),
    hasSecrets: z.boolean(),
    size: z.number().int(),
    sha256: z.string(),
    agents: z.number().int(),
  }),
  'artifact.downloaded': z.object({ artifactId: z.string(), sha256: z.string() }),
  'artifact.deleted': z.object({
    artifactId: z.string(),
    by: z.enum(['request', 'retention']),
    sha256: z.string().nullable(),
  }),
  /** Its connector opened it with its own passphrase and found everything as the manifest says, or did not. */
  'artifact.proved': z.object({
    artifactId: z.string(),
    drillId: z.string(),
    outcome: z.string(),
    entries: z.number().int().nullable(),
    bytes: z.number().int().nullable(),
    detail: z.string().nullable(),
  }),
  /** The bucket has it no more, and nobody deleted it here. */
  'artifact.lost': z.object({ artifactId: z.string(), sha256: z.string().nullable() }),
  'backup.schedule-changed': z.object({
    scheduleId: z.string(),
    version: z.number().int(),
    isEnabled: z.boolean(),
    at: z.string(),
    timeZone: z.string(),
    keepDaily: z.number().int(),
    keepWeekly: z.number().int(),
    keepMonthly: z.number().int(),
    drill: z.string(),
  }),
  'backup.failed': z.object({ artifactId: z.string(), cause: z.string(), failure: z.string(), detail: z.string() }),
  /** Announced by the machine that would do it; critical ones wait for the approval. */
  'restore.requested': z.object({
    restoreId: z.string(),
    artifactId: z.string().nullable(),
    packageId: z.string(),
    mode: z.string(),
    sections: z.array(z.string()),
    agents: z.array(z.string()),
    changes: z.number().int(),
    planDigest: z.string(),
    approvalId: z.string().nullable(),
  }),
  'restore.started': z.object({ restoreId: z.string(), checkpointId: z.string().nullable() }),
  /** Applied, and read back. `differences`: how many places are not as planned. */
  'restore.finished': z.object({
    restoreId: z.string(),
    verified: z.boolean(),
    applied: z.number().int(),
    differences: z.number().int(),
  }),
  'restore.failed': z.object({ restoreId: z.string(), applied: z.number().int(), detail: z.string() }),
} as const
