import { iso } from '../../../platform/time.ts'
import type { Snapshot } from '../contract.ts'
import type { SnapshotRow } from '../schema.ts'

export const viewSnapshot = ({ authorId, authorName, at, ...row }: SnapshotRow): Snapshot => ({
  id: row.id,
  agentId: row.scope === 'gateway_config' ? null : row.agentId,
  connectorId: row.connectorId,
  scope: row.scope,
  version: row.version,
  hash: row.hash,
  cause: row.cause,
  author: authorId === null ? null : { id: authorId, name: authorName ?? '' },
  changeId: row.changeId,
  approvalId: row.approvalId,
  traceId: row.traceId,
  restores: row.restores,
  risk: row.risk,
  changes: row.changes,
  at: iso(at),
})
