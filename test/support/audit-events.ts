import type { AuditInput } from '../../durable-objects/audit-log/rpc.ts'
import { newId } from '../../worker/platform/ids.ts'

/** An event as the sequence takes it. */
export const anEvent = (facts: Partial<AuditInput> = {}): AuditInput => ({
  key: newId('evt'),
  type: 'connector.renamed',
  at: Date.now(),
  actor: { kind: 'system', id: 'probe' },
  agentId: null,
  connectorId: null,
  target: null,
  risk: 'low',
  traceId: null,
  payload: { name: 'probe' },
  ...facts,
})
