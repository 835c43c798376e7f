import { z } from 'zod'

const BudgetTold = z.object({
  name: z.string(),
  scope: z.string(),
  ref: z.string().nullable(),
  period: z.string(),
  timeZone: z.string(),
  limitMicroUsd: z.number().int(),
  warnPercent: z.number().int(),
  onLimit: z.string(),
  version: z.number().int(),
})
const BudgetSpent = z.object({
  name: z.string(),
  periodStart: z.string(),
  spentMicroUsd: z.number().int(),
  allowedMicroUsd: z.number().int(),
  version: z.number().int(),
})

/** What stops agents, and what stops money. */
export const limitEvents = {
  /** Committed: from here on it happens, whatever dies. `scope` is an agent, a group, a connector or the organization. */
  'kill.ordered': z.object({
    orderId: z.string(),
    scope: z.string(),
    name: z.string(),
    reason: z.string(),
    policy: z.string(),
    agents: z.number().int(),
    /** The budget whose limit ordered it; null for a person. */
    budgetId: z.string().nullable(),
  }),
  /** The connector has it on its disk. */
  'kill.delivered': z.object({ orderId: z.string(), deliveredMs: z.number().int() }),
  /** Every agent of the order was found stopped at this gateway. */
  'kill.confirmed': z.object({
    orderId: z.string(),
    agents: z.number().int(),
    confirmedMs: z.number().int(),
    abortedRuns: z.number().int(),
  }),
  'kill.failed': z.object({ orderId: z.string(), cause: z.string(), detail: z.string() }),
  /** Agents came into the scope of an order that is open. */
  'kill.extended': z.object({ orders: z.array(z.string()), agents: z.array(z.string()) }),
  'kill.recover-ordered': z.object({ orderId: z.string(), name: z.string(), reason: z.string() }),
  /** Put back at this gateway; `differs` names what somebody had changed meanwhile and was left. */
  'kill.recovered': z.object({
    orderId: z.string(),
    agents: z.number().int(),
    isExact: z.boolean(),
    differs: z.array(z.string()),
  }),
  'kill.drill-ordered': z.object({ drillId: z.string() }),
  'kill.drilled': z.object({
    drillId: z.string(),
    outcome: z.string(),
    detail: z.string(),
    confirmedMs: z.number().int().nullable(),
    recoveredMs: z.number().int().nullable(),
  }),
  'budget.created': BudgetTold,
  'budget.updated': BudgetTold.extend({ fields: z.array(z.string()) }),
  'budget.deleted': z.object({ name: z.string(), version: z.number().int() }),
  /** Its spending came to the warning. Money is micro-USD. */
  'budget.warned': BudgetSpent,
  /** Its spending came to what is allowed; `action` is what followed. */
  'budget.exceeded': BudgetSpent.extend({ because: z.string(), action: z.string() }),
  /** An approval raised what is allowed in this period. */
  'budget.overridden': BudgetSpent.extend({
    amountMicroUsd: z.number().int(),
    because: z.string(),
    reason: z.string().nullable(),
    approvalId: z.string().nullable(),
  }),
  /** Whatever it held is let go; `because` says by what. */
  'budget.reset': BudgetSpent.extend({ because: z.string(), reason: z.string().nullable() }),
} as const
