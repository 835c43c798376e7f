import type { Approval } from '../../../worker/features/approvals/contract.ts'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import type { IdPrefix } from '../../../worker/platform/contract.ts'

/** An id of the right form; the same number gives the same id. */
export const anId = (prefix: IdPrefix, number: number) => `${prefix}_${String(number).padStart(26, '0')}`

export const anApproval = (number: number, given: Partial<Approval> = {}): Approval => ({
  id: anId('apr', number),
  state: 'pending',
  stateReason: null,
  source: 'openclaw.exec',
  connectorId: anId('con', 1),
  connectorName: 'gateway one',
  agentId: anId('agt', 1),
  agentName: 'Ledger',
  sessionKey: null,
  traceId: null,
  risk: 'high',
  riskReasons: [{ rule: 'destructive-delete', risk: 'high', matched: 'rm -rf' }],
  command: `rm -rf /srv/exports/${number}`,
  cwd: '/srv',
  host: null,
  resolvedPath: null,
  warnings: [],
  digest: `digest-${number}`,
  allowedOutcomes: ['allow_once', 'reject'],
  decision: null,
  requestedAt: new Date(Date.now() - 60_000).toISOString(),
  expiresAt: new Date(Date.now() + 30 * 60_000 + number * 1000).toISOString(),
  deliveredAt: null,
  confirmedAt: null,
  ...given,
})

export const anEntry = (seq: number, given: Partial<AuditEntry> = {}): AuditEntry => ({
  seq,
  id: anId('evt', seq),
  type: 'run.started',
  at: new Date().toISOString(),
  recordedAt: new Date().toISOString(),
  actor: { kind: 'connector', id: anId('con', 1) },
  agentId: anId('agt', 1),
  connectorId: anId('con', 1),
  target: null,
  risk: 'low',
  traceId: null,
  payload: { agent: 'ledger', sessionKey: 's', runId: 'r' },
  leafHash: 'ab'.repeat(32),
  ...given,
})
