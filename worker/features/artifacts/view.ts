import { iso, isoOrNull } from '../../platform/time.ts'
import type { Artifact } from './contract.ts'
import type { ArtifactRow } from './schema.ts'

/** One that is being removed is shown to nobody. */
export const viewArtifact = (row: ArtifactRow): Artifact => {
  const { state } = row
  if (state === 'deleting') throw new Error('a deleted artifact is not shown')
  return {
    id: row.id,
    connectorId: row.connectorId,
    connectorName: row.connectorName,
    state,
    cause: row.cause,
    intent: row.intent,
    hasSecrets: row.hasSecrets,
    packageId: row.packageId,
    size: row.size,
    sha256: row.sha256,
    agents: row.agents,
    entries: row.entries,
    missing: row.missing,
    madeAt: isoOrNull(row.madeAt),
    createdBy: { id: row.createdById, name: row.createdByName },
    createdAt: iso(row.createdAt),
    storedAt: isoOrNull(row.storedAt),
    provenAt: isoOrNull(row.provenAt),
    failure: row.failure,
    detail: row.detail,
  }
}
