import { z } from 'zod'
import { Id, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'
import { GrantDraft } from '../grants/contract.ts'
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

const minuteMs = 60_000

/** A request of any system: `POST /api/v1/approvals`, with an Idempotency-Key. */
export const RequestApproval = z.strictObject({
  action: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[\w.:/-]+$/),
  title: z.string().trim().min(1).max(300),
  command: z.string().max(32_000).default(''),
  arguments: z.record(z.string().max(200), z.unknown()).nullable().default(null),
  cwd: z.string().max(4_000).nullable().default(null),
  host: z.string().max(300).nullable().default(null),
  agentId: Id('agt').nullable().default(null),
  sessionKey: z.string().max(300).nullable().default(null),
  /** The least it is; what the command says by itself can only raise it. */
  risk: Risk.default('medium'),
  impact: z.string().trim().max(2_000).nullable().default(null),
  reversibility: Reversibility.default('unknown'),
  costMicroUsd: z.number().int().nonnegative().max(1_000_000_000_000).nullable().default(null),
  evidence: z.array(Evidence).max(20).default([]),
  expiresInMs: z
    .number()
    .int()
    .min(10_000)
    .max(30 * 24 * 60 * minuteMs)
    .default(30 * minuteMs),
  /** Told of the decision by a signed POST (Standard Webhooks); the secret is the requester's own, `whsec_…`. */
  callback: z
    .strictObject({ url: z.url().max(2_000), secret: z.string().regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/) })
    .nullable()
    .default(null),
})
export type RequestApproval = z.infer<typeof RequestApproval>

/** What the requester is about to do, so that it can be held against what was shown. */
export const ConfirmApproval = z.strictObject({
  action: z.string().max(200),
  command: z.string().max(32_000).default(''),
  arguments: z.record(z.string().max(200), z.unknown()).nullable().default(null),
  cwd: z.string().max(4_000).nullable().default(null),
})
export type ConfirmApproval = z.infer<typeof ConfirmApproval>

/** A WebAuthn assertion as @simplewebauthn/browser makes it; its challenge is the digest of what was shown. */
export const Assertion = z.object({
  id: z.string().max(1_024),
  rawId: z.string().max(1_024),
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: z.string().max(8_192),
    authenticatorData: z.string().max(4_096),
    signature: z.string().max(4_096),
    userHandle: z.string().max(512).optional(),
  }),
  clientExtensionResults: z.record(z.string(), z.unknown()).default({}),
  authenticatorAttachment: z.string().max(40).optional(),
})
export type Assertion = z.infer<typeof Assertion>

const Reason = z.string().trim().max(1_000).optional()
/** When given, it must be the one that was shown; another one is a 409 `stale`. */
const Digest = z.string().max(128).optional()

export const Approve = z
  .strictObject({
    mode: z.enum(['once', 'always']).default('once'),
    digest: Digest,
    reason: Reason,
    /** What allow always grants; required with it. */
    grant: GrantDraft.optional(),
    assertion: Assertion.optional(),
  })
  .refine(({ mode, grant }) => (mode === 'always') === (grant !== undefined), {
    path: ['grant'],
    message: 'allow always needs a grant, allow once has none',
  })
export type Approve = z.infer<typeof Approve>

export const Reject = z.strictObject({ reason: Reason, digest: Digest, assertion: Assertion.optional() })

export const batchMax = 1_000
export const BatchDecision = z.strictObject({
  items: z
    .array(
      z.strictObject({
        id: Id('apr'),
        outcome: z.enum(['allow_once', 'reject']),
        digest: Digest,
        reason: Reason,
      }),
    )
    .min(1)
    .max(batchMax),
})
export type BatchDecision = z.infer<typeof BatchDecision>

/** In the order of the request; `code` is a problem code. */
export const BatchResult = z.object({
  decided: z.number().int(),
  failed: z.number().int(),
  items: z.array(
    z.discriminatedUnion('ok', [
      z.object({ ok: z.literal(true), id: Id('apr'), state: ApprovalState }),
      z.object({ ok: z.literal(false), id: Id('apr'), code: z.string(), detail: z.string() }),
    ]),
  ),
})
export type BatchResult = z.infer<typeof BatchResult>

/** The caller's screen showed these, and of these the whole detail. */
export const Shown = z.strictObject({
  listed: z.array(Id('apr')).max(200).default([]),
  opened: z.array(Id('apr')).max(50).default([]),
})
export type Shown = z.infer<typeof Shown>

export const Comment = z.object({
  id: Id('cmt'),
  by: z.object({ id: z.string(), name: z.string() }),
  text: z.string(),
  at: Timestamp,
})
export type Comment = z.infer<typeof Comment>
export const WriteComment = z.strictObject({ text: z.string().trim().min(1).max(4_000) })
export const HandOver = z.strictObject({ userId: Id('usr'), note: z.string().trim().max(1_000).optional() })
export type HandOver = z.infer<typeof HandOver>
export const Snooze = z.strictObject({
  forMs: z
    .number()
    .int()
    .min(minuteMs)
    .max(7 * 24 * 60 * minuteMs),
})

/** What surrounds an approval: fetched with its detail, not part of what is decided on. */
export const ApprovalContext = z.object({
  /** What led to it: the newest entries of its trace up to the request, oldest first, at most 30. */
  trace: z.array(
    z.object({
      seq: z.number().int(),
      type: z.string(),
      at: Timestamp,
      risk: Risk,
      payload: z.record(z.string(), z.unknown()),
    }),
  ),
  /** The same pattern (program, sub-command, options without their values) of the last 30 days, this one left out. */
  precedent: z.object({
    allowed: z.number().int(),
    refused: z.number().int(),
    undecided: z.number().int(),
    last: z.object({ approvalId: Id('apr'), outcome: DecisionOutcome, byName: z.string(), at: Timestamp }).nullable(),
  }),
  comments: z.array(Comment),
})
export type ApprovalContext = z.infer<typeof ApprovalContext>

const Percentiles = z.object({
  count: z.number().int(),
  p50Ms: z.number().nullable(),
  p90Ms: z.number().nullable(),
  p99Ms: z.number().nullable(),
})

export const StatisticsQuery = z.strictObject({ days: z.coerce.number().int().min(1).max(90).default(30) })

export const ApprovalStatistics = z.object({
  from: Timestamp,
  to: Timestamp,
  total: z.number().int(),
  byOutcome: z.object({
    allowedByPerson: z.number().int(),
    refusedByPerson: z.number().int(),
    allowedByRule: z.number().int(),
    refusedByRule: z.number().int(),
    allowedByGrant: z.number().int(),
    atGateway: z.number().int(),
    expired: z.number().int(),
    undeliverable: z.number().int(),
    pending: z.number().int(),
  }),
  delivery: z.object({ toShown: Percentiles, toDecided: Percentiles, toEffective: Percentiles }),
  /** Who was interrupted how often, the most interrupted first. */
  people: z.array(
    z.object({
      userId: Id('usr'),
      name: z.string(),
      shown: z.number().int(),
      decided: z.number().int(),
      allowed: z.number().int(),
      medianMs: z.number().nullable(),
    }),
  ),
  /** What was asked at least five times and always allowed: each could be a grant. */
  proposals: z.array(
    z.object({
      pattern: z.string(),
      agentId: Id('agt').nullable(),
      agentName: z.string().nullable(),
      example: z.object({ approvalId: Id('apr'), command: z.string(), risk: Risk }),
      asked: z.number().int(),
      allowed: z.number().int(),
    }),
  ),
})
export type ApprovalStatistics = z.infer<typeof ApprovalStatistics>

/** One line of the delivery page. */
export const Delivery = z.object({
  approvalId: Id('apr'),
  source: ApprovalSource,
  command: z.string(),
  title: z.string().nullable(),
  agentName: z.string().nullable(),
  state: ApprovalState,
  stateReason: z.string().nullable(),
  requestedAt: Timestamp,
  shownMs: z.number().nullable(),
  decidedMs: z.number().nullable(),
  effectiveMs: z.number().nullable(),
})
export type Delivery = z.infer<typeof Delivery>

export const ListDeliveries = PageQuery.extend({ state: ApprovalState.optional() })
export type ListDeliveries = z.infer<typeof ListDeliveries>

export const Challenge = z.strictObject({ outcome: DecisionOutcome })
/** WebAuthn request options for @simplewebauthn/browser; its `challenge` is the digest that a decision of this outcome signs. */
export const ChallengeAnswer = z.object({
  options: z.record(z.string(), z.unknown()),
  /** What is signed: the challenge is SHA-256 over its canonical form (RFC 8785). */
  signed: z.object({
    v: z.literal(1),
    approvalId: Id('apr'),
    digest: z.string(),
    outcome: DecisionOutcome,
    ruleSetVersion: z.number().int().nonnegative(),
    expiresAt: Timestamp,
  }),
})
export type ChallengeAnswer = z.infer<typeof ChallengeAnswer>
