import { z } from 'zod'
import { Id, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'

/**
 * pending → decided → delivered → confirmed; or expired; or undeliverable, with the reason.
 * decided: one decision stands. delivered: the gateway took it. confirmed: the gateway said that it holds.
 */
export const approvalStates = ['pending', 'decided', 'delivered', 'confirmed', 'expired', 'undeliverable'] as const
export const ApprovalState = z.enum(approvalStates)
export type ApprovalState = z.infer<typeof ApprovalState>

export const decisionOutcomes = ['allow_once', 'allow_always', 'reject'] as const

export const Decision = z.object({
  outcome: z.enum(decisionOutcomes),
  /** gateway: someone decided in the gateway itself, whom we cannot name. */
  by: z.object({ kind: z.enum(['member', 'api_key', 'gateway']), id: z.string(), name: z.string() }),
  at: Timestamp,
  reason: z.string().nullable(),
})
export type Decision = z.infer<typeof Decision>

export const Approval = z.object({
  id: Id('apr'),
  state: ApprovalState,
  /** Why it is expired or undeliverable. */
  stateReason: z.string().nullable(),
  source: z.enum(['openclaw.exec', 'openclaw.plugin']),
  connectorId: Id('con'),
  connectorName: z.string(),
  agentId: Id('agt').nullable(),
  agentName: z.string().nullable(),
  sessionKey: z.string().nullable(),
  traceId: z.string().nullable(),
  risk: Risk,
  /** Why the risk is what it is: rule names, translated by the UI, with the words of the command that matched. */
  riskReasons: z.array(z.object({ rule: z.string(), risk: Risk, matched: z.string() })),
  command: z.string(),
  cwd: z.string().nullable(),
  host: z.string().nullable(),
  resolvedPath: z.string().nullable(),
  warnings: z.array(z.string()),
  /** SHA-256 over exactly what is shown here; the decision is bound to it. */
  digest: z.string(),
  allowedOutcomes: z.array(z.enum(decisionOutcomes)),
  decision: Decision.nullable(),
  requestedAt: Timestamp,
  expiresAt: Timestamp,
  deliveredAt: Timestamp.nullable(),
  confirmedAt: Timestamp.nullable(),
})
export type Approval = z.infer<typeof Approval>

export const ListApprovals = PageQuery.extend({
  /** open: still to be decided or delivered. closed: the rest. */
  state: z.union([ApprovalState, z.enum(['open', 'closed'])]).optional(),
  agentId: Id('agt').optional(),
  connectorId: Id('con').optional(),
  risk: Risk.optional(),
})
export type ListApprovals = z.infer<typeof ListApprovals>

/** `digest`, when given, must be the one that was shown; another one is a 409 `stale`. */
export const Approve = z.strictObject({
  mode: z.enum(['once']).default('once'),
  digest: z.string().max(128).optional(),
})
export const Reject = z.strictObject({
  reason: z.string().trim().max(1_000).optional(),
  digest: z.string().max(128).optional(),
})
