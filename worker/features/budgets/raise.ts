import type { OrganizationContext } from '../../platform/context.ts'
import { iso } from '../../platform/time.ts'
import { askFor, budgetAction } from '../approvals/index.ts'

interface Wanted {
  budgetId: string
  periodStart: number
  amountMicroUsd: number
}

/** How long people have; agents of the budget may meanwhile use what is asked for, and no more. */
const askWithinMs = 3_600_000
const overrideWithinMs = 24 * 3_600_000

/** With the name that it has now, so that each language can say what is asked. */
const argumentsOf = (budget: string, { budgetId, periodStart, amountMicroUsd }: Wanted) => ({
  budgetId,
  budget,
  periodStart: iso(periodStart),
  amountMicroUsd,
})
const dollars = (microUsd: number) => `${(microUsd / 1_000_000).toFixed(2)} USD`

/** Asks in the budget's own name whether it may be passed; once for a key. Answers the approval's id. */
export const askToSpendOn = async (ctx: OrganizationContext, { key, ...wanted }: Wanted & { key: string }) =>
  askFor(ctx, `budget-ask:${key}`, {
    action: budgetAction,
    title: `Let the budget ${ctx.actorName} be passed by ${dollars(wanted.amountMicroUsd)}`,
    arguments: argumentsOf(ctx.actorName, wanted),
    expiresInMs: askWithinMs,
  })

/** Asks on behalf of a person or system for a higher limit in this period; `attempt` tells one wish from the next. */
export const askToOverride = async (
  ctx: OrganizationContext,
  { attempt, name, reason, ...wanted }: Wanted & { attempt: string; name: string; reason: string },
) =>
  askFor(ctx, `budget-override:${attempt}`, {
    action: budgetAction,
    title: `Let the budget ${name} be passed by ${dollars(wanted.amountMicroUsd)}`,
    impact: reason,
    arguments: argumentsOf(name, wanted),
    expiresInMs: overrideWithinMs,
  })
