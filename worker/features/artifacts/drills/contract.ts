import { z } from 'zod'
import { Id, PageQuery, Timestamp } from '../../../platform/contract.ts'

/** lapsed: nobody answered in time. */
export const drillStates = ['ordered', 'passed', 'failed', 'lapsed'] as const

/** A connector downloads an artifact, opens it with its own passphrase and holds everything against the manifest. */
export const ArtifactDrill = z.object({
  id: Id('prv'),
  artifactId: Id('art'),
  connectorId: Id('con'),
  state: z.enum(drillStates),
  orderedBy: z.object({ id: z.string(), name: z.string() }),
  orderedAt: Timestamp,
  endedAt: Timestamp.nullable(),
  /** How much was read and found as the manifest says; null unless it passed. */
  entries: z.number().int().nullable(),
  bytes: z.number().int().nullable(),
  durationMs: z.number().int().nullable(),
  failure: z.string().nullable(),
  detail: z.string().nullable(),
})
export type ArtifactDrill = z.infer<typeof ArtifactDrill>

export const ListArtifactDrills = PageQuery.extend({
  artifactId: Id('art').optional(),
  connectorId: Id('con').optional(),
})
export type ListArtifactDrills = z.infer<typeof ListArtifactDrills>
