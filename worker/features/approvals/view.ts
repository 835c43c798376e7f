import { iso, isoOrNull } from '../../platform/time.ts'
import type { Approval, Decision } from './contract.ts'
import type { DescribedApproval } from './store.ts'

export const viewApproval = (row: DescribedApproval): Approval => ({
  id: row.id,
  state: row.state,
  stateReason: row.stateReason,
  source: row.source,
  action: row.action,
  title: row.title,
  requestedBy: { kind: row.requestedByKind, id: row.requestedById, name: row.requestedByName },
  impact: row.impact,
  impactText: row.impactText,
  reversibility: row.reversibility,
  costEstimate: row.costEstimate,
  arguments: row.arguments,
  evidence: row.evidence,
  rule: row.ruleId === null ? null : { id: row.ruleId, name: row.ruleName ?? '' },
  ruleSetVersion: row.ruleSetVersion,
  ask: row.ask,
  grantId: row.grantId,
  shadowed: row.shadowed,
  votes: [],
  missing: [],
  assignee: null,
  snoozedUntil: null,
  comments: 0,
  refusedToCaller: null,
  shownAt: isoOrNull(row.shownAt),
  escalatesAt: isoOrNull(row.escalatesAt),
  escalatedAt: isoOrNull(row.escalatedAt),
  connectorId: row.connectorId,
  connectorName: row.connectorName,
  agentId: row.agentId,
  agentName: row.agentName,
  sessionKey: row.sessionKey,
  traceId: row.traceId,
  risk: row.risk,
  riskReasons: row.riskReasons,
  command: row.command,
  cwd: row.cwd,
  host: row.host,
  resolvedPath: row.resolvedPath,
  warnings: row.warnings,
  digest: row.digest,
  allowedOutcomes: row.allowedOutcomes,
  decision: viewDecision(row),
  requestedAt: iso(row.requestedAt),
  expiresAt: iso(row.expiresAt),
  deliveredAt: isoOrNull(row.deliveredAt),
  confirmedAt: isoOrNull(row.confirmedAt),
})

export const viewDecision = (
  row: Pick<DescribedApproval, 'outcome' | 'decidedByKind' | 'decidedById' | 'decidedByName' | 'decidedAt' | 'reason'>,
): Decision | null =>
  row.outcome === null || row.decidedByKind === null || row.decidedAt === null
    ? null
    : {
        outcome: row.outcome,
        by: { kind: row.decidedByKind, id: row.decidedById ?? '', name: row.decidedByName ?? '' },
        at: iso(row.decidedAt),
        reason: row.reason,
      }
