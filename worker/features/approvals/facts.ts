import { canonical } from '../../platform/canonical.ts'
import { digestOf } from '../../platform/secrets.ts'
import { iso } from '../../platform/time.ts'
import type { RequestFacts } from '../rules/contract.ts'
import type { Approval } from './contract.ts'
import type { ApprovalRow } from './schema.ts'
import { wordsOf } from './words.ts'

/** The columns of an approval that are written when it is opened and never again. */
export type Asked = Pick<
  ApprovalRow,
  | 'id'
  | 'source'
  | 'action'
  | 'title'
  | 'connectorId'
  | 'agentId'
  | 'seen'
  | 'sessionKey'
  | 'requestedByKind'
  | 'requestedById'
  | 'requestedByName'
  | 'command'
  | 'arguments'
  | 'cwd'
  | 'host'
  | 'resolvedPath'
  | 'warnings'
  | 'risk'
  | 'riskReasons'
  | 'impact'
  | 'impactText'
  | 'reversibility'
  | 'costEstimate'
  | 'evidence'
  | 'requestedAt'
>

/** The same, and what the rules made of it. */
export type AskedOf = Asked &
  Pick<ApprovalRow, 'allowedOutcomes' | 'ruleId' | 'ruleName' | 'ruleSetVersion' | 'ask' | 'expiresAt'>

/** What nobody sees in rules need not be read for them. */
type Ruled = Omit<Asked, 'title' | 'resolvedPath' | 'warnings' | 'impact' | 'impactText' | 'evidence'>

/** What the rules see of a request; pure, so that a replay sees what was seen then. */
export const factsOf = (row: Ruled): RequestFacts => ({
  source: row.source,
  action: row.action,
  command: row.command,
  argv: row.source === 'openclaw.plugin' ? [] : wordsOf(row.command),
  cwd: row.cwd ?? '',
  host: row.host ?? '',
  session: row.sessionKey ?? '',
  arguments: row.arguments ?? {},
  risk: row.risk,
  riskRules: [...new Set(row.riskReasons.map(({ rule }) => rule))],
  reversibility: row.reversibility,
  costMicroUsd: row.costEstimate?.amountMicroUsd ?? null,
  agent: { id: row.agentId ?? '', ...row.seen.agent },
  connector: { id: row.connectorId ?? '', name: row.seen.connector.name },
  requester: { kind: row.requestedByKind, id: row.requestedById, name: row.requestedByName },
  at: row.requestedAt,
})

/** Exactly what the digest is over, under the names of the API's answer. */
export type Shown = Pick<
  Approval,
  | 'id'
  | 'source'
  | 'action'
  | 'title'
  | 'connectorId'
  | 'connectorName'
  | 'agentId'
  | 'agentName'
  | 'sessionKey'
  | 'requestedBy'
  | 'command'
  | 'arguments'
  | 'cwd'
  | 'host'
  | 'resolvedPath'
  | 'warnings'
  | 'risk'
  | 'riskReasons'
  | 'impact'
  | 'impactText'
  | 'reversibility'
  | 'costEstimate'
  | 'evidence'
  | 'allowedOutcomes'
  | 'rule'
  | 'ruleSetVersion'
  | 'ask'
  | 'requestedAt'
  | 'expiresAt'
>

/**
 * Exactly what a person is shown before deciding, as the API answers it: names as they were when it was asked. None of
 * it ever changes, so whoever has the answer can compute the digest anew (docs/design/approvals.md).
 */
export const shownOf = (row: AskedOf): Shown => ({
  id: row.id,
  source: row.source,
  action: row.action,
  title: row.title,
  connectorId: row.connectorId,
  connectorName: row.connectorId === null ? null : row.seen.connector.name,
  agentId: row.agentId,
  agentName: row.seen.agent.name === '' ? null : row.seen.agent.name,
  sessionKey: row.sessionKey,
  requestedBy: { kind: row.requestedByKind, id: row.requestedById, name: row.requestedByName },
  command: row.command,
  arguments: row.arguments,
  cwd: row.cwd,
  host: row.host,
  resolvedPath: row.resolvedPath,
  warnings: row.warnings,
  risk: row.risk,
  riskReasons: row.riskReasons,
  impact: row.impact,
  impactText: row.impactText,
  reversibility: row.reversibility,
  costEstimate: row.costEstimate,
  evidence: row.evidence,
  allowedOutcomes: row.allowedOutcomes,
  rule: row.ruleId === null ? null : { id: row.ruleId, name: row.ruleName ?? '' },
  ruleSetVersion: row.ruleSetVersion,
  ask: row.ask,
  requestedAt: iso(row.requestedAt),
  expiresAt: iso(row.expiresAt),
})

/** SHA-256 over the canonical form (RFC 8785) of what is shown, hex. */
export const digestOfShown = (row: AskedOf): string => digestOf(canonical(shownOf(row)))
