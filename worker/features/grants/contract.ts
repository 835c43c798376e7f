import { z } from 'zod'
import { Id, PageQuery, Risk, Timestamp } from '../../platform/contract.ts'
import { ApprovalSource } from '../rules/contract.ts'

/** One word of a command: exactly this one, or any that is no option. */
export const GrantWord = z.union([
  z.strictObject({ exact: z.string().max(4_000) }),
  z.strictObject({ any: z.literal(true) }),
])
export type GrantWord = z.infer<typeof GrantWord>

/** What a grant covers. Everything that is not null has to fit. */
export const GrantPattern = z.strictObject({
  source: ApprovalSource,
  action: z.string().min(1).max(200),
  agentId: Id('agt').nullable(),
  connectorId: Id('con').nullable(),
  /** The whole command, letter by letter: the only way for one that is more than a simple command. */
  command: z.string().max(32_000).nullable(),
  /** The words of a simple command; `more` allows further ones behind them. */
  words: z.strictObject({ words: z.array(GrantWord).min(1).max(64), more: z.boolean() }).nullable(),
  /** `within`: also any directory below. */
  cwd: z.strictObject({ path: z.string().min(1).max(4_000), within: z.boolean() }).nullable(),
  /** Arguments of a tool or a system that have to be exactly these; others may be anything. */
  arguments: z.record(z.string().max(200), z.unknown()).nullable(),
  /** What is assessed as riskier than this is asked all the same. */
  riskMax: Risk,
})
export type GrantPattern = z.infer<typeof GrantPattern>

const dayMs = 86_400_000

/** What allow always makes of an approval. */
export const GrantDraft = z.strictObject({
  pattern: GrantPattern,
  expiresInMs: z
    .number()
    .int()
    .min(60_000)
    .max(365 * dayMs)
    .default(30 * dayMs),
  /** Null: as often as it comes. */
  usesMax: z.number().int().min(1).max(1_000_000).nullable().default(null),
  /** Also let the gateway remember it, where it offers that: it no longer asks until the grant ends. */
  atGateway: z.boolean().default(false),
})
export type GrantDraft = z.infer<typeof GrantDraft>

/** none: only here. wanted, kept: the gateway is to remember it, and does. revoking, revoked: it is to forget it, and did. */
export const gatewayGrantStates = ['none', 'wanted', 'kept', 'revoking', 'revoked'] as const
export const GatewayGrantState = z.enum(gatewayGrantStates)

export const Grant = z.object({
  id: Id('grn'),
  pattern: GrantPattern,
  agentName: z.string().nullable(),
  connectorName: z.string().nullable(),
  /** The approval it was made from; null for one that was found in a gateway. */
  approvalId: Id('apr').nullable(),
  createdBy: z.object({ kind: z.enum(['member', 'api_key', 'gateway']), id: z.string(), name: z.string() }),
  createdAt: Timestamp,
  /** Null: never; only a grant that a gateway gave by itself. */
  expiresAt: Timestamp.nullable(),
  usesMax: z.number().int().nullable(),
  uses: z.number().int().nonnegative(),
  lastUsedAt: Timestamp.nullable(),
  revokedAt: Timestamp.nullable(),
  revokedBy: z.string().nullable(),
  revokeReason: z.string().nullable(),
  state: z.enum(['active', 'expired', 'used_up', 'revoked']),
  gateway: GatewayGrantState,
})
export type Grant = z.infer<typeof Grant>

export const ListGrants = PageQuery.extend({
  state: z.enum(['active', 'ended']).optional(),
  agentId: Id('agt').optional(),
  connectorId: Id('con').optional(),
})
export type ListGrants = z.infer<typeof ListGrants>

export const RevokeGrant = z.strictObject({ reason: z.string().trim().max(1_000).optional() })

/** What a pattern would have answered in the past: found by running it over the recorded requests. */
export const GrantCoverage = z.object({
  from: Timestamp,
  to: Timestamp,
  scanned: z.number().int(),
  covered: z.number().int(),
  /** How people decided what it covers. */
  allowed: z.number().int(),
  refused: z.number().int(),
  undecided: z.number().int(),
  byRisk: z.object({
    low: z.number().int(),
    medium: z.number().int(),
    high: z.number().int(),
    critical: z.number().int(),
  }),
  /** The newest of them, at most 20. */
  sample: z.array(
    z.object({
      approvalId: Id('apr'),
      command: z.string(),
      risk: Risk,
      outcome: z.string().nullable(),
      requestedAt: Timestamp,
    }),
  ),
})
export type GrantCoverage = z.infer<typeof GrantCoverage>

/** A pattern that somebody is about to grant, and how far to look back. */
export const CoverageQuery = z.strictObject({
  pattern: GrantPattern,
  days: z.number().int().min(1).max(90).default(30),
})
export type CoverageQuery = z.infer<typeof CoverageQuery>

/** From the narrowest on; `label` names how it was widened. */
export const GrantProposal = z.object({
  label: z.enum(['exact', 'any_directory_below', 'any_last_words', 'any_arguments']),
  pattern: GrantPattern,
  coverage: GrantCoverage,
  /** Whether the gateway offers to remember it. */
  gatewayOffers: z.boolean(),
})
export type GrantProposal = z.infer<typeof GrantProposal>
