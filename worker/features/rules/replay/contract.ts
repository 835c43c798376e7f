import { z } from 'zod'
import { Id, Moment, Risk, Timestamp } from '../../../platform/contract.ts'
import { ApprovalSource, OutcomeKind, RequestFacts, Reversibility, RuleDraft, rulesMax, Verdict } from '../contract.ts'

const dayMs = 86_400_000

/** Facts of a request that is only imagined: what is not given is empty. */
export const TestFacts = z.strictObject({
  source: ApprovalSource.default('openclaw.exec'),
  action: z.string().max(200).default('exec'),
  command: z.string().max(32_000).default(''),
  argv: z.array(z.string().max(32_000)).max(1_000).default([]),
  cwd: z.string().max(4_000).default(''),
  host: z.string().max(300).default(''),
  session: z.string().max(300).default(''),
  arguments: z.record(z.string().max(200), z.unknown()).default({}),
  risk: Risk.default('medium'),
  riskRules: z.array(z.string().max(200)).max(100).default([]),
  reversibility: Reversibility.default('unknown'),
  costMicroUsd: z.number().int().nonnegative().nullable().default(null),
  agent: z
    .strictObject({
      id: z.string().max(64).default(''),
      externalId: z.string().max(200).default(''),
      name: z.string().max(300).default(''),
      model: z.string().max(300).default(''),
    })
    .prefault({}),
  connector: z.strictObject({ id: z.string().max(64).default(''), name: z.string().max(300).default('') }).prefault({}),
  requester: z
    .strictObject({
      kind: z.enum(['connector', 'member', 'api_key', 'system']).default('connector'),
      id: z.string().max(64).default(''),
      name: z.string().max(300).default(''),
    })
    .prefault({}),
  /** Without it: now. */
  at: z.number().int().optional(),
})
export type TestFacts = z.infer<typeof TestFacts>

/** One request against the rules in force, or against a draft. Either of the two ways to name the request. */
export const TestRules = z
  .strictObject({
    approvalId: Id('apr').optional(),
    facts: TestFacts.optional(),
    rules: z.array(RuleDraft).max(rulesMax).optional(),
  })
  .refine(({ approvalId, facts }) => (approvalId === undefined) !== (facts === undefined), {
    path: ['approvalId'],
    message: 'give either approvalId or facts',
  })
export type TestRules = z.infer<typeof TestRules>

export const TestedRules = z.object({
  facts: RequestFacts,
  verdict: Verdict,
  /** In their order; a rule that is not enabled is evaluated all the same. */
  rules: z.array(
    z.object({
      id: Id('rul'),
      name: z.string(),
      enabled: z.boolean(),
      mode: z.enum(['enforce', 'shadow']),
      /** Null: it could not be evaluated. */
      applies: z.boolean().nullable(),
      outcome: OutcomeKind,
      error: z.string().nullable(),
      decides: z.boolean(),
      /** Of one evaluation; null where the runtime's clock stands still meanwhile. */
      microseconds: z.number().nullable(),
    }),
  ),
})
export type TestedRules = z.infer<typeof TestedRules>

/** Over recorded requests: the rules in force, or a draft. */
export const ReplayRules = z
  .strictObject({
    from: Moment,
    to: Moment,
    rules: z.array(RuleDraft).max(rulesMax).optional(),
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), { path: ['to'], message: 'has to be later than from' })
  .refine(({ from, to }) => Date.parse(to) - Date.parse(from) <= 366 * dayMs, {
    path: ['from'],
    message: 'at most 366 days before to',
  })
export type ReplayRules = z.infer<typeof ReplayRules>

/** allowed, refused: without asking anybody. The others: people were asked, and this is how it ended. */
export const happenings = ['allowed', 'refused', 'asked_allowed', 'asked_refused', 'asked_unanswered'] as const
export const Happening = z.enum(happenings)
export type Happening = z.infer<typeof Happening>

const RiskCounts = z.object({ low: z.number(), medium: z.number(), high: z.number(), critical: z.number() })

export const replayChangesMax = 500

/** Events of the replay's stream: `progress` as it goes, then one `result`; or a `problem`, which is problem details. */
export const ReplayProgress = z.object({ scanned: z.number().int(), total: z.number().int() })
export type ReplayProgress = z.infer<typeof ReplayProgress>

export const ReplayResult = z.object({
  scanned: z.number().int(),
  ms: z.number(),
  /** Null for a draft. */
  version: z.number().int().nullable(),
  /** Every pair of what happened and what would happen that occurs. */
  matrix: z.array(z.object({ happened: Happening, would: OutcomeKind, count: z.number().int(), byRisk: RiskCounts })),
  /** Per rule, in their order: how many it would have decided (in shadow: would have decided alone), and failed on. */
  rules: z.array(
    z.object({
      id: Id('rul'),
      name: z.string(),
      mode: z.enum(['enforce', 'shadow']),
      hits: z.number().int(),
      errors: z.number().int(),
    }),
  ),
  /** How many no rule applies to. */
  unruled: z.number().int(),
  changed: z.number().int(),
  /** The oldest of them, at most `replayChangesMax`. */
  changes: z.array(
    z.object({
      approvalId: Id('apr'),
      requestedAt: Timestamp,
      command: z.string(),
      risk: Risk,
      from: Happening,
      to: OutcomeKind,
      ruleId: Id('rul').nullable(),
      ruleName: z.string().nullable(),
    }),
  ),
})
export type ReplayResult = z.infer<typeof ReplayResult>
