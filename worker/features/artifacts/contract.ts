import { z } from 'zod'
import { intents, PackageHeader, PackageIntent, PackageManifest } from '../../../cbpkg/contract.ts'
import { Id, PageQuery, Timestamp } from '../../platform/contract.ts'

/**
 * ordered: its connector is to make it. uploading: begun, its bytes are awaited. stored: they are in the bucket, as long
 * and with the digest that was announced. failed: it was not made, or not uploaded. lost: the bucket has it no more.
 * deleting: gone for everybody; what is left of it is being removed.
 */
export const artifactStates = ['ordered', 'uploading', 'stored', 'failed', 'lost', 'deleting'] as const
/** manual: somebody stored a file. ordered: a backup on demand. scheduled: by a schedule. checkpoint: before a restore. */
export const artifactCauses = ['manual', 'ordered', 'scheduled', 'checkpoint'] as const
export { intents as artifactIntents }

/** What a Worker can be sent in one request. */
export const artifactBytesMax = 95 * 1024 * 1024
/** A row of the database has two megabytes. */
export const manifestBytesMax = 1_500_000

export const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)

export const Artifact = z.object({
  id: Id('art'),
  connectorId: Id('con'),
  connectorName: z.string(),
  state: z.enum(artifactStates).exclude(['deleting']),
  cause: z.enum(artifactCauses),
  /** Null until the package was made, as everything else that it says of itself. */
  intent: PackageIntent.nullable(),
  hasSecrets: z.boolean().nullable(),
  packageId: z.string().nullable(),
  size: z.number().int().nullable(),
  sha256: Sha256.nullable(),
  agents: z.number().int().nullable(),
  entries: z.number().int().nullable(),
  /** What could not be read when it was made. */
  missing: z.number().int().nullable(),
  madeAt: Timestamp.nullable(),
  createdBy: z.object({ id: z.string(), name: z.string() }),
  createdAt: Timestamp,
  storedAt: Timestamp.nullable(),
  /** When it was last opened with its passphrase and found whole. */
  provenAt: Timestamp.nullable(),
  failure: z.string().nullable(),
  detail: z.string().nullable(),
})
export type Artifact = z.infer<typeof Artifact>

export const ArtifactDetail = Artifact.extend({
  header: PackageHeader.nullable(),
  manifest: PackageManifest.nullable(),
})
export type ArtifactDetail = z.infer<typeof ArtifactDetail>

export const BeginUpload = z.strictObject({
  header: PackageHeader,
  manifest: PackageManifest,
  size: z.number().int().positive().max(artifactBytesMax),
  sha256: Sha256,
  cause: z.enum(['manual', 'checkpoint']).default('manual'),
})
export type BeginUpload = z.infer<typeof BeginUpload>

/** A connector's own: `artifactId` names the order that it makes this for. */
export const BeginOrdered = BeginUpload.omit({ cause: true }).extend({ artifactId: Id('art') })
export type BeginOrdered = z.infer<typeof BeginOrdered>

export const ListArtifacts = PageQuery.extend({
  connectorId: Id('con').optional(),
  state: z.enum(artifactStates).exclude(['deleting']).optional(),
  intent: PackageIntent.optional(),
})
export type ListArtifacts = z.infer<typeof ListArtifacts>
