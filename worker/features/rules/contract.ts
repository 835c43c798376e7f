import { z } from 'zod'
import { Role } from '../../platform/access/contract.ts'
import { Id, PageQuery, Risk, risks, Timestamp } from '../../platform/contract.ts'

/** Where requests come from. */
export const approvalSources = ['openclaw.exec', 'openclaw.plugin', 'api'] as const
export const ApprovalSource = z.enum(approvalSources)
export type ApprovalSource = z.infer<typeof ApprovalSource>

export const reversibilities = ['reversible', 'partly', 'irreversible', 'unknown'] as const
export const Reversibility = z.enum(reversibilities)
export type Reversibility = z.infer<typeof Reversibility>

/** What a rule sees of a request; recorded with it, so that a replay sees what was seen then. Absent text is ''. */
export const RequestFacts = z.object({
  source: ApprovalSource,
  /** `exec`, the name of a tool, or whatever the requesting system calls what it wants to do. */
  action: z.string(),
  command: z.string(),
  /** The words of the command, quotes resolved; empty when it is more than one simple command. */
  argv: z.array(z.string()),
  cwd: z.string(),
  host: z.string(),
  session: z.string(),
  /** What a tool or a system was given, as JSON. */
  arguments: z.record(z.string(), z.unknown()),
  risk: Risk,
  /** Names of the risk rules that matched. */
  riskRules: z.array(z.string()),
  reversibility: Reversibility,
  /** Micro-USD; null where nobody knows. */
  costMicroUsd: z.number().int().nonnegative().nullable(),
  agent: z.object({ id: z.string(), externalId: z.string(), name: z.string(), model: z.string() }),
  connector: z.object({ id: z.string(), name: z.string() }),
  requester: z.object({ kind: z.enum(['connector', 'member', 'api_key', 'system']), id: z.string(), name: z.string() }),
  /** Milliseconds since 1970. */
  at: z.number().int(),
})
export type RequestFacts = z.infer<typeof RequestFacts>

/** Whoever has one of the roles or is one of the members. */
export const Audience = z.strictObject({
  roles: z.array(Role).max(6).default([]),
  members: z.array(Id('usr')).max(50).default([]),
})
export type Audience = z.infer<typeof Audience>

/** `quorum` different people of this audience have to agree. */
export const AskGroup = Audience.extend({ quorum: z.number().int().min(1).max(20).default(1) }).refine(
  (group) => group.roles.length + group.members.length > 0,
  'a group needs a role or a member',
)
export type AskGroup = z.infer<typeof AskGroup>

const minuteMs = 60_000
const dayMs = 86_400_000

/** How people are asked. All groups have to agree; one person counts in one group only; one refusal refuses. */
export const Ask = z.strictObject({
  groups: z.array(AskGroup).min(1).max(5),
  /** Nobody decides on their own request, also not through an API key of theirs. */
  separationOfDuty: z.boolean().default(true),
  /** Each allowing decision is signed with a passkey over the digest of what was shown. */
  passkey: z.boolean().default(false),
  /** Whether a grant may answer in place of a person. Never with a quorum above one or a passkey. */
  grantable: z.boolean().default(true),
  /** From the request on; a gateway that waits for less decides earlier. Null: as long as the requester waits. */
  expiresInMs: z
    .number()
    .int()
    .min(10_000)
    .max(30 * dayMs)
    .nullable()
    .default(null),
  /** expire: the requester is left without an answer; refuse and allow are delivered as decisions of the rule. */
  onExpiry: z.enum(['expire', 'refuse', 'allow']).default('expire'),
  /** Undecided after this time, these may decide as well, in any of the groups. */
  escalate: z
    .strictObject({
      afterMs: z
        .number()
        .int()
        .min(minuteMs / 6)
        .max(7 * dayMs),
      to: Audience,
    })
    .nullable()
    .default(null),
})
export type Ask = z.infer<typeof Ask>

export const RuleOutcome = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('allow') }),
  z.strictObject({ kind: z.literal('refuse'), reason: z.string().trim().max(300).default('') }),
  z.strictObject({ kind: z.literal('ask'), ask: Ask }),
])
export type RuleOutcome = z.infer<typeof RuleOutcome>

export const conditionLengthMax = 4_000
export const rulesMax = 1_000

export const Rule = z.strictObject({
  id: Id('rul'),
  name: z.string().trim().min(1).max(120),
  description: z.string().trim().max(1_000).default(''),
  enabled: z.boolean().default(true),
  /** shadow: evaluated and recorded, never in force. */
  mode: z.enum(['enforce', 'shadow']).default('enforce'),
  /** CEL over the variables of docs/design/rules.md; true: the rule applies. */
  condition: z.string().trim().min(1).max(conditionLengthMax),
  outcome: RuleOutcome,
})
export type Rule = z.infer<typeof Rule>

/** A rule on its way in; without an id it is new. */
export const RuleDraft = Rule.extend({ id: Id('rul').optional() })
export type RuleDraft = z.infer<typeof RuleDraft>

/** The ordered list of an organization. The first enabled, enforced rule that applies decides. */
export const RuleSet = z.object({
  /** 0: no rule has ever been written. Only grows. */
  version: z.number().int().nonnegative(),
  rules: z.array(Rule),
  note: z.string(),
  changedBy: z.object({ kind: z.string(), id: z.string(), name: z.string() }).nullable(),
  changedAt: Timestamp.nullable(),
})
export type RuleSet = z.infer<typeof RuleSet>

export const outcomeKinds = ['allow', 'refuse', 'ask'] as const
export const OutcomeKind = z.enum(outcomeKinds)
export type OutcomeKind = z.infer<typeof OutcomeKind>

/** A shadow rule that would have decided, and how. */
export const Shadowed = z.object({
  ruleId: Id('rul'),
  ruleName: z.string(),
  outcome: OutcomeKind,
  /** Why it could not be evaluated, which in force would have refused. */
  error: z.string().optional(),
})
export type Shadowed = z.infer<typeof Shadowed>

/** What the rules say of one request. */
export const Verdict = z.object({
  /** Of the rule set that was asked. */
  version: z.number().int().nonnegative(),
  /** Null: no rule applies, and people are asked as `defaultAsk` says. */
  rule: z.object({ id: Id('rul'), name: z.string() }).nullable(),
  outcome: RuleOutcome,
  shadowed: z.array(Shadowed),
  /** A condition that could not be evaluated refuses; here is why. */
  error: z.string().nullable(),
})
export type Verdict = z.infer<typeof Verdict>

/** Without a rule: whoever may decide, one of them. */
export const defaultAsk: Ask = {
  groups: [{ roles: ['owner', 'admin', 'operator', 'approver'], members: [], quorum: 1 }],
  separationOfDuty: true,
  passkey: false,
  grantable: true,
  expiresInMs: null,
  onExpiry: 'expire',
  escalate: null,
}

export const riskAtLeast = (risk: Risk, floor: Risk): boolean => risks.indexOf(risk) >= risks.indexOf(floor)

const Note = z.string().trim().max(500).default('')

export const PutRules = z.strictObject({ rules: z.array(RuleDraft).max(rulesMax), note: Note })
export type PutRules = z.infer<typeof PutRules>

/** `position` counts from 0; without it the rule comes last. */
export const AddRule = z.strictObject({
  rule: RuleDraft,
  position: z.number().int().min(0).max(rulesMax).optional(),
  note: Note,
})
export type AddRule = z.infer<typeof AddRule>

/** Without defaults: what is not given stays as it is. */
export const ChangeRule = z.strictObject({
  name: z.string().trim().min(1).max(120).optional(),
  description: z.string().trim().max(1_000).optional(),
  enabled: z.boolean().optional(),
  mode: z.enum(['enforce', 'shadow']).optional(),
  condition: z.string().trim().min(1).max(conditionLengthMax).optional(),
  outcome: RuleOutcome.optional(),
  note: Note,
})
export type ChangeRule = z.infer<typeof ChangeRule>

/** Every id of the list, in the new order. */
export const OrderRules = z.strictObject({ ids: z.array(Id('rul')).max(rulesMax), note: Note })
export type OrderRules = z.infer<typeof OrderRules>

/** What can be saved and should be looked at; `path` such as `rules.3.outcome.ask.groups.0`. */
export const RuleWarning = z.object({ path: z.string(), message: z.string(), offset: z.number().int().optional() })
export type RuleWarning = z.infer<typeof RuleWarning>

const Place = z.object({ id: Id('rul'), name: z.string(), position: z.number().int() })

/** How one list of rules becomes another; positions count from 0. */
export const RuleDifference = z.object({
  added: z.array(Place),
  removed: z.array(Place),
  changed: z.array(
    z.object({
      id: Id('rul'),
      name: z.string(),
      fields: z.array(
        z.object({
          field: z.enum(['name', 'description', 'enabled', 'mode', 'condition', 'outcome']),
          from: z.unknown(),
          to: z.unknown(),
        }),
      ),
    }),
  ),
  moved: z.array(z.object({ id: Id('rul'), name: z.string(), from: z.number().int(), to: z.number().int() })),
})
export type RuleDifference = z.infer<typeof RuleDifference>

export const SavedRules = RuleSet.extend({
  warnings: z.array(RuleWarning),
  /** From the rules before to these. */
  difference: RuleDifference,
})
export type SavedRules = z.infer<typeof SavedRules>

/** `context` of a 412: what the caller began with has been changed meanwhile. */
export const RulesConflict = z.object({
  /** The version that the caller named in If-Match. */
  base: z.number().int(),
  /** What the caller's change would have made of it. */
  yours: z.array(Rule),
  current: RuleSet,
  /** From the current rules to the caller's. */
  difference: RuleDifference,
  /** From the base to the current rules; null when the base never was. */
  meanwhile: RuleDifference.nullable(),
})
export type RulesConflict = z.infer<typeof RulesConflict>

export const ListRuleVersions = PageQuery
export const RuleSetVersion = RuleSet.omit({ rules: true }).extend({ count: z.number().int() })
export type RuleSetVersion = z.infer<typeof RuleSetVersion>

export const rulesFormat = 'clawbutler.rules/1'

/** A rule set as a file: nothing in it changes unless a rule does. */
export const RulesFile = z.strictObject({ format: z.literal(rulesFormat), rules: z.array(RuleDraft).max(rulesMax) })
export type RulesFile = z.infer<typeof RulesFile>

export const ImportRules = z.strictObject({ file: RulesFile, dryRun: z.boolean().default(false), note: Note })
export type ImportRules = z.infer<typeof ImportRules>

export const ImportedRules = z.object({
  /** The version in force after it; of a dry run the one before. */
  version: z.number().int(),
  saved: z.boolean(),
  difference: RuleDifference,
  warnings: z.array(RuleWarning),
})
export type ImportedRules = z.infer<typeof ImportedRules>

export const starterIds = ['careful', 'read-only-free', 'production-guard', 'night-watch', 'shadow-first'] as const
/** Named and described by the UI, by its id. */
export const StarterSet = z.object({ id: z.enum(starterIds), rules: z.array(RuleDraft) })
export type StarterSet = z.infer<typeof StarterSet>
