import { z } from 'zod'
import { Id, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'
import { ApprovalSource, Ask, Reversibility, Shadowed } from '../rules/contract.ts'

/**
 * pending → decided → delivered → confirmed; or expired; or undeliverable, with the reason.
 * decided: one decision stands. delivered: the requester took it. confirmed: the requester said that it holds.
 */
export const approvalStates = ['pending', 'decided', 'delivered', 'confirmed', 'expired', 'undeliverable'] as const
export const ApprovalState = z.enum(approvalStates)
export type ApprovalState = z.infer<typeof ApprovalState>

/** Why an approval is expired or undeliverable: the closed list, in words in docs/design/approvals.md. */
export const stateReasons = [
  // expired: nobody decided.
  'deadline_passed',
  'withdrawn',
  'changed',
  'gateway_no_longer_waits',
  // expired or undeliverable
  'connector_removed',
  // undeliverable: the decision had no effect.
  'decided_at_gateway',
  'mismatch',
  'not_collected',
  'callback_failed',
  'callback_gone',
  'expired',
  'read_only',
  'unsupported',
  'not_found',
  'already_resolved',
  'gateway_refused',
  'unknown',
] as const
export const StateReason = z.enum(stateReasons)
export type StateReason = z.infer<typeof StateReason>

export const decisionOutcomes = ['allow_once', 'allow_always', 'reject'] as const
export const DecisionOutcome = z.enum(decisionOutcomes)
export type DecisionOutcome = z.infer<typeof DecisionOutcome>

/** gateway: someone decided in the gateway itself, whom we cannot name. rule, grant, expiry: nobody was asked, or nobody answered. */
export const deciderKinds = ['member', 'api_key', 'gateway', 'rule', 'grant', 'expiry'] as const

export const Decision = z.object({
  outcome: DecisionOutcome,
  by: z.object({ kind: z.enum(deciderKinds), id: z.string(), name: z.string() }),
  at: Timestamp,
  reason: z.string().nullable(),
})
export type Decision = z.infer<typeof Decision>

/** One person's part in a decision. */
export const Vote = z.object({
  id: Id('vot'),
  outcome: DecisionOutcome,
  by: z.object({ kind: z.enum(['member', 'api_key']), id: z.string(), userId: Id('usr'), name: z.string() }),
  at: Timestamp,
  reason: z.string().nullable(),
  digest: z.string(),
  /** Signed with a passkey over the digest of what was shown. */
  signed: z.boolean(),
})
export type Vote = z.infer<typeof Vote>

export const impactKinds = [
  'data_loss',
  'data_exposure',
  'data_change',
  'service',
  'access',
  'code_execution',
  'spending',
  'history',
] as const

export const RiskReason = z.object({
  /** Name of the rule of thumb; translated by the UI. */
  rule: z.string(),
  risk: Risk,
  matched: z.string(),
  /** Where it stands in the command, in UTF-16 units; null when it is not about a part of it. */
  start: z.number().int().nonnegative().nullable(),
  end: z.number().int().nonnegative().nullable(),
})
export type RiskReason = z.infer<typeof RiskReason>

export const CostEstimate = z.object({
  amountMicroUsd: z.number().int().nonnegative(),
  currency: z.literal('USD'),
  /** requester: it said so. agent_usage: the median of the agent's recent runs. */
  basis: z.enum(['requester', 'agent_usage']),
  /** How many runs the median is of. */
  samples: z.number().int().nonnegative(),
})
export type CostEstimate = z.infer<typeof CostEstimate>

export const Evidence = z.strictObject({
  label: z.string().trim().min(1).max(120),
  value: z.string().max(4_000),
})

export const approverRefusals = ['not_eligible', 'own_request', 'already_voted', 'no_capability'] as const

export const Approval = z.object({
  id: Id('apr'),
  state: ApprovalState,
  /** Why it is expired or undeliverable. */
  stateReason: z.string().nullable(),
  source: ApprovalSource,
  /** `exec`, a tool's name, or what the requesting system calls it. */
  action: z.string(),
  /** One sentence of the requester; null for commands, which the UI names by their risk. */
  title: z.string().nullable(),
  connectorId: Id('con').nullable(),
  connectorName: z.string().nullable(),
  agentId: Id('agt').nullable(),
  agentName: z.string().nullable(),
  sessionKey: z.string().nullable(),
  traceId: z.string().nullable(),
  requestedBy: z.object({
    kind: z.enum(['connector', 'member', 'api_key', 'system']),
    id: z.string(),
    name: z.string(),
  }),
  risk: Risk,
  /** Why the risk is what it is, the worst first. */
  riskReasons: z.array(RiskReason),
  impact: z.array(z.object({ kind: z.enum(impactKinds), risk: Risk })),
  /** What the requester says would happen. */
  impactText: z.string().nullable(),
  reversibility: Reversibility,
  costEstimate: CostEstimate.nullable(),
  command: z.string(),
  arguments: z.record(z.string(), z.unknown()).nullable(),
  cwd: z.string().nullable(),
  host: z.string().nullable(),
  resolvedPath: z.string().nullable(),
  warnings: z.array(z.string()),
  evidence: z.array(Evidence),
  /** SHA-256 over the canonical form of exactly what is shown here (docs/design/approvals.md); a decision is bound to it. */
  digest: z.string(),
  allowedOutcomes: z.array(DecisionOutcome),
  /** The rule that made this an approval, and the version of the set it stood in. */
  rule: z.object({ id: Id('rul'), name: z.string() }).nullable(),
  ruleSetVersion: z.number().int().nonnegative(),
  /** How people are asked; null when a rule or a grant answered. */
  ask: Ask.nullable(),
  grantId: Id('grn').nullable(),
  shadowed: z.array(Shadowed),
  votes: z.array(Vote),
  /** How many people of each group of `ask` still have to agree, in the order of the groups; empty when it is not pending. */
  missing: z.array(z.number().int().nonnegative()),
  decision: Decision.nullable(),
  /** Handed over to this person; anyone who may decide still may. */
  assignee: z.object({ id: Id('usr'), name: z.string() }).nullable(),
  /** Hidden from the caller's inbox until then. */
  snoozedUntil: Timestamp.nullable(),
  comments: z.number().int().nonnegative(),
  /** Whether the caller may decide a pending one now, and if not, why; null for all that are not pending. */
  refusedToCaller: z.enum(approverRefusals).nullable(),
  requestedAt: Timestamp,
  shownAt: Timestamp.nullable(),
  expiresAt: Timestamp,
  escalatesAt: Timestamp.nullable(),
  escalatedAt: Timestamp.nullable(),
  deliveredAt: Timestamp.nullable(),
  confirmedAt: Timestamp.nullable(),
})
export type Approval = z.infer<typeof Approval>

export const ListApprovals = PageQuery.extend({
  /** open: still to be decided or delivered. closed: the rest. mine: open, for the caller to decide, not snoozed. */
  state: z.union([ApprovalState, z.enum(['open', 'closed', 'mine'])]).optional(),
  agentId: Id('agt').optional(),
  connectorId: Id('con').optional(),
  risk: Risk.optional(),
  source: ApprovalSource.optional(),
  /** How it was decided. */
  outcome: DecisionOutcome.optional(),
})
export type ListApprovals = z.infer<typeof ListApprovals>
