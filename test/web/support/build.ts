import type { Approval } from '../../../worker/features/approvals/contract.ts'
import type { AuditEntry, TracedEntry } from '../../../worker/features/audit/contract.ts'
import { defaultAsk } from '../../../worker/features/rules/contract.ts'
import type { IdPrefix } from '../../../worker/platform/contract.ts'

/** An id of the right form; the same number gives the same id. */
export const anId = (prefix: IdPrefix, number: number) => `${prefix}_${String(number).padStart(26, '0')}`

export const anApproval = (number: number, given: Partial<Approval> = {}): Approval => ({
  id: anId('apr', number),
  state: 'pending',
  stateReason: null,
  source: 'openclaw.exec',
  action: 'exec',
  title: null,
  connectorId: anId('con', 1),
  connectorName: 'gateway one',
  agentId: anId('agt', 1),
  agentName: 'Ledger',
  sessionKey: null,
  traceId: null,
  requestedBy: { kind: 'connector', id: anId('con', 1), name: 'gateway one' },
  risk: 'high',
  riskReasons: [{ rule: 'destructive-delete', risk: 'high', matched: 'rm -rf', start: 0, end: 6 }],
  impact: [{ kind: 'data_loss', risk: 'high' }],
  impactText: null,
  reversibility: 'partly',
  costEstimate: null,
  command: `rm -rf /srv/exports/${number}`,
  arguments: null,
  cwd: '/srv',
  host: null,
  resolvedPath: null,
  warnings: [],
  evidence: [],
  digest: `digest-${number}`,
  allowedOutcomes: ['allow_once', 'reject'],
  rule: null,
  ruleSetVersion: 0,
  ask: defaultAsk,
  grantId: null,
  shadowed: [],
  votes: [],
  missing: [1],
  decision: null,
  assignee: null,
  snoozedUntil: null,
  comments: 0,
  refusedToCaller: null,
  requestedAt: new Date(Date.now() - 60_000).toISOString(),
  shownAt: null,
  expiresAt: new Date(Date.now() + 30 * 60_000 + number * 1000).toISOString(),
  escalatesAt: null,
  escalatedAt: null,
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

/** As lists and the event's page have it: with its place in its trace. */
export const aTracedEntry = (seq: number, given: Partial<TracedEntry> = {}): TracedEntry => ({
  ...anEntry(seq),
  spanId: null,
  parentSpanId: null,
  ...given,
})
