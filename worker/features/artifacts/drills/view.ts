import { iso, isoOrNull } from '../../../platform/time.ts'
import type { ArtifactDrillRow } from '../schema.ts'
import type { ArtifactDrill } from './contract.ts'

export const viewDrill = (row: ArtifactDrillRow): ArtifactDrill => ({
  id: row.id,
  artifactId: row.artifactId,
  connectorId: row.connectorId,
  state: row.state,
  orderedBy: { id: row.orderedById, name: row.orderedByName },
  orderedAt: iso(row.orderedAt),
  endedAt: isoOrNull(row.endedAt),
  entries: row.entries,
  bytes: row.bytes,
  durationMs: row.durationMs,
  failure: row.failure,
  detail: row.detail,
})
