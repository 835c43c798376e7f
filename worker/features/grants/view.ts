import { iso, isoOrNull } from '../../platform/time.ts'
import type { Grant } from './contract.ts'
import { stateOf } from './rules.ts'
import type { DescribedGrant } from './store.ts'

export const viewGrant = (row: DescribedGrant, now: number): Grant => ({
  id: row.id,
  pattern: row.pattern,
  agentName: row.agentName,
  connectorName: row.connectorName,
  approvalId: row.approvalId,
  createdBy: {
    kind: row.createdByKind,
    id: row.createdById,
    name: row.createdByKind === 'gateway' ? (row.connectorName ?? '') : row.createdByName,
  },
  createdAt: iso(row.createdAt),
  expiresAt: isoOrNull(row.expiresAt),
  usesMax: row.usesMax,
  uses: row.uses,
  lastUsedAt: isoOrNull(row.lastUsedAt),
  revokedAt: isoOrNull(row.revokedAt),
  revokedBy: row.revokedByName,
  revokeReason: row.revokeReason,
  state: stateOf(row, now),
  gateway: row.gateway,
})
