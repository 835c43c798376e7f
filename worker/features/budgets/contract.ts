import { z } from 'zod'
import { Id, Page, PageQuery, Timestamp } from '../../platform/contract.ts'
import { AgentName } from '../agents/contract.ts'

export const budgetScopes = ['organization', 'group', 'agent', 'model'] as const
/** What a budget counts: everything, a resource group's agents, one agent, or one model as the gateway names it. */
export const BudgetScope = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('organization') }),
  z.strictObject({ kind: z.literal('group'), group: AgentName }),
  z.strictObject({ kind: z.literal('agent'), agentId: Id('agt') }),
  z.strictObject({ kind: z.literal('model'), model: z.string().trim().min(1).max(300) }),
])
export type BudgetScope = z.infer<typeof BudgetScope>

/** A week begins on Monday (ISO 8601); every period begins at midnight in the budget's time zone. */
export const budgetPeriods = ['day', 'week', 'month'] as const
export type BudgetPeriod = (typeof budgetPeriods)[number]
/** warn: tell. ask: ask for an approval to spend on, and stop without one. stop: stop the agents of the scope. */
export const limitActions = ['warn', 'ask', 'stop'] as const
export type LimitAction = (typeof limitActions)[number]

/** Micro-USD, up to a thousand million dollars: sums of a period stay integers that JSON carries exactly. */
export const Amount = z.number().int().min(1).max(1_000_000_000_000_000)

const isTimeZone = (name: string): boolean => {
  try {
    // Offsets are no zones: they know no summer time.
    return /^[A-Za-z]/.test(name) && new Intl.DateTimeFormat('en', { timeZone: name }).format(0) !== ''
  } catch {
    return false
  }
}

const changeable = {
  name: z.string().trim().min(1).max(100),
  period: z.enum(budgetPeriods),
  timeZone: z.string().min(1).max(100).refine(isTimeZone, 'not a time zone such as Asia/Tokyo'),
  limitMicroUsd: Amount,
  warnPercent: z.number().int().min(1).max(100),
  onLimit: z.enum(limitActions),
  /** What an approval under `ask` raises the present period's limit by; null: a tenth of the limit. */
  raiseMicroUsd: Amount.nullable(),
}

/** What is kept of each version. */
export const BudgetSettings = z.object({ ...changeable, scope: BudgetScope })
export type BudgetSettings = z.infer<typeof BudgetSettings>

export const CreateBudget = z.strictObject({
  ...changeable,
  scope: BudgetScope,
  timeZone: changeable.timeZone.default('UTC'),
  warnPercent: changeable.warnPercent.default(80),
  onLimit: changeable.onLimit.default('warn'),
  raiseMicroUsd: changeable.raiseMicroUsd.default(null),
})
export type CreateBudget = z.infer<typeof CreateBudget>

/** What is left out stays. What a budget counts stays for good: another scope is another budget. */
export const ChangeBudget = z.strictObject(changeable).partial()
export type ChangeBudget = z.infer<typeof ChangeBudget>

/**
 * closed: nothing is held. asking: over the limit, an approval is asked for. open: the agents of the scope are stopped.
 * released: somebody took the stop back at the kill switch, and it is not repeated in this period.
 */
export const breakerStates = ['closed', 'asking', 'open', 'released'] as const
/** ok, warned (at or over the warning), exceeded (at or over what is allowed). */
export const standingStates = ['ok', 'warned', 'exceeded'] as const

/** How a budget stands in its present period. */
export const BudgetStanding = z.object({
  start: Timestamp,
  /** The first moment that is not in it any more. */
  end: Timestamp,
  spentMicroUsd: z.number().int(),
  /** The limit with what was added to it in this period: `limitMicroUsd + addedMicroUsd`. */
  allowedMicroUsd: z.number().int(),
  /** By overrides, approvals under `ask` and resets. */
  addedMicroUsd: z.number().int(),
  warnAtMicroUsd: z.number().int(),
  runs: z.number().int(),
  /** Of these, runs whose cost nobody knows: their spending is in no sum. */
  unpricedRuns: z.number().int(),
  state: z.enum(standingStates),
  breaker: z.object({
    state: z.enum(breakerStates),
    since: Timestamp.nullable(),
    /** Orders of the kill switch. */
    orderIds: z.array(Id('kil')),
    /** What waits to be decided: under `ask`, or an override. */
    approvalIds: z.array(Id('apr')),
  }),
  /** Runs of the scope that go on now: what they use is told at their end and comes on top. */
  openRuns: z.number().int(),
  /** What these may cost: each its agent's median. Null where an agent has none. */
  overshootEstimateMicroUsd: z.number().int().nullable(),
})
export type BudgetStanding = z.infer<typeof BudgetStanding>

const ChangedBy = z.object({ kind: z.string(), id: z.string(), name: z.string() })

export const Budget = z.object({
  id: Id('bud'),
  /** `ref`: id of the agent, name of the group or model; null for the organization. `agents`: how many it covers now. */
  scope: z.object({
    kind: z.enum(budgetScopes),
    ref: z.string().nullable(),
    name: z.string(),
    agents: z.number().int(),
  }),
  name: z.string(),
  period: z.enum(budgetPeriods),
  timeZone: z.string(),
  limitMicroUsd: z.number().int(),
  currency: z.literal('USD'),
  warnPercent: z.number().int(),
  onLimit: z.enum(limitActions),
  raiseMicroUsd: z.number().int().nullable(),
  /** For `If-Match`. */
  version: z.number().int(),
  createdAt: Timestamp,
  changedAt: Timestamp,
  changedBy: ChangedBy,
  standing: BudgetStanding,
  /** The moment of `standing`: what connectors had told by then. */
  dataAsOf: Timestamp,
})
export type Budget = z.infer<typeof Budget>

export const ListBudgets = PageQuery.extend({
  scope: z.enum(budgetScopes).optional(),
  /** Those that cover this agent. */
  agentId: Id('agt').optional(),
})
export type ListBudgets = z.infer<typeof ListBudgets>
export const BudgetPage = Page(Budget).extend({ dataAsOf: Timestamp })

const Reason = z.string().trim().min(1).max(1_000)
export const OverrideBudget = z.strictObject({
  /** How much further may be spent in the present period. */
  amountMicroUsd: Amount,
  reason: Reason,
})
export type OverrideBudget = z.infer<typeof OverrideBudget>
/** waiting: other people have to decide the approval; what follows from that happens by itself. */
export const OverriddenBudget = z.object({
  state: z.enum(['applied', 'waiting', 'refused']),
  approvalId: Id('apr'),
  budget: Budget,
})
export type OverriddenBudget = z.infer<typeof OverriddenBudget>

export const ResetBudget = z.strictObject({ reason: Reason })
export type ResetBudget = z.infer<typeof ResetBudget>

/**
 * overridden: the period's limit was raised by an approval, `amountMicroUsd`. refused: an approval to do so was refused
 * or lapsed. reset: the breaker was closed; `because` says by what.
 */
export const happeningKinds = ['warned', 'exceeded', 'overridden', 'refused', 'reset'] as const
/**
 * Of `exceeded`: limit (it was reached), refused (nobody allowed to go on), beyond_raise (also what was asked for is
 * spent), changed (the budget became such that it stops). Of `reset`: period (the next one began), request (by hand),
 * raised (more is allowed now), changed, removed (the budget). Of `overridden` and `refused`: ask or override.
 */
export const happeningCauses = [
  'limit',
  'refused',
  'beyond_raise',
  'changed',
  'period',
  'request',
  'raised',
  'removed',
  'ask',
  'override',
] as const

/** Why a budget lets go by itself what it had stopped: the reason that stands with the order. Each language has its own words for it. */
export const releaseReasons = {
  period: 'The next period of the budget has begun.',
  request: 'The budget was reset.',
  raised: 'The budget allows more now.',
  changed: 'The budget was changed.',
  removed: 'The budget was removed.',
} as const satisfies Partial<Record<(typeof happeningCauses)[number], string>>

export const BudgetHappening = z.object({
  id: z.string(),
  at: Timestamp,
  kind: z.enum(happeningKinds),
  because: z.enum(happeningCauses),
  /** What followed from it: of `exceeded` warn, ask, stop; none when the period was over before it was told. */
  action: z.enum([...limitActions, 'none']).nullable(),
  periodStart: Timestamp,
  version: z.number().int(),
  spentMicroUsd: z.number().int(),
  allowedMicroUsd: z.number().int(),
  amountMicroUsd: z.number().int().nullable(),
  reason: z.string().nullable(),
  approvalId: Id('apr').nullable(),
  /** Null: it happened by itself. */
  by: ChangedBy.nullable(),
})
export type BudgetHappening = z.infer<typeof BudgetHappening>

/** A budget as it was in force at a moment, since `since`. */
export const BudgetAt = z.object({
  ...changeable,
  id: Id('bud'),
  version: z.number().int(),
  since: Timestamp,
  scope: z.object({ kind: z.enum(budgetScopes), ref: z.string().nullable() }),
})
export type BudgetAt = z.infer<typeof BudgetAt>
