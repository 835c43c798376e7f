import { iso, isoOrNull } from '../../../platform/time.ts'
import type { ArtifactRestoreRow } from '../schema.ts'
import type { Restore } from './contract.ts'

export const viewRestore = (row: ArtifactRestoreRow): Restore => ({
  id: row.id,
  connectorId: row.connectorId,
  connectorName: row.connectorName,
  artifactId: row.artifactId,
  packageId: row.packageId,
  mode: row.mode,
  sections: row.sections,
  agents: row.agents,
  risk: row.risk,
  planDigest: row.planDigest,
  changes: row.changes,
  summary: row.summary,
  state: row.state,
  approvalId: row.approvalId,
  requestedBy: { id: row.requestedById, name: row.requestedByName },
  requestedAt: iso(row.requestedAt),
  startedAt: isoOrNull(row.startedAt),
  step: row.step,
  endedAt: isoOrNull(row.endedAt),
  checkpointId: row.checkpointId,
  verified: row.isVerified,
  applied: row.applied,
  differences: row.differences,
  detail: row.detail,
})
