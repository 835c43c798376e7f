import { iso, isoOrNull } from '../../../platform/time.ts'
import type { ChangeRow } from '../schema.ts'
import type { AgentChange } from './contract.ts'

export const viewChange = (row: ChangeRow): AgentChange => ({
  id: row.id,
  agentId: row.agentId,
  kind: row.kind,
  state: row.state,
  touches: row.touches,
  before: row.before,
  after: row.after,
  reference: row.reference,
  jobId: row.jobId,
  failure: row.failure,
  detail: row.detail,
  orderedBy: { id: row.orderedById, name: row.orderedByName },
  orderedAt: iso(row.orderedAt),
  deadline: iso(row.deadline),
  endedAt: isoOrNull(row.endedAt),
})
