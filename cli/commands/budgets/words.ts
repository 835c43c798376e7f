import type { Budget, BudgetHappening } from '../../../worker/features/budgets/contract.ts'
import { dollars } from './money.ts'

export const scopeWords = ({ scope }: Budget): string =>
  scope.kind === 'organization' ? 'organization' : `${scope.kind} ${scope.name}`

export const spentWords = ({ standing }: Budget): string => {
  const unpriced = standing.unpricedRuns > 0 ? `, ${standing.unpricedRuns} runs not priced` : ''
  return `${dollars(standing.spentMicroUsd)} of ${dollars(standing.allowedMicroUsd)}${unpriced}`
}

export const stateWords = ({ standing: { state, breaker } }: Budget): string => {
  if (breaker.state === 'open') return 'STOPPED'
  if (breaker.state === 'closed') return state
  return `${state}, ${breaker.state}`
}

/** By how much it may be passed, as far as that is known. */
const overshootWords = ({ standing: { openRuns, overshootEstimateMicroUsd } }: Budget): string => {
  if (openRuns === 0) return 'nothing: no run is going on'
  const known =
    overshootEstimateMicroUsd === null ? 'nobody knows how much' : `about ${dollars(overshootEstimateMicroUsd)}`
  return `${known}, by ${openRuns} runs that are going on`
}

export const budgetLines = (budget: Budget) => {
  const { standing } = budget
  return {
    id: budget.id,
    name: budget.name,
    counts: `${scopeWords(budget)} (${budget.scope.agents} agents)`,
    limit: `${dollars(budget.limitMicroUsd)} each ${budget.period} (${budget.timeZone})`,
    'warns at': `${budget.warnPercent}% (${dollars(standing.warnAtMicroUsd)})`,
    'on limit': budget.onLimit,
    spent: spentWords(budget),
    state: stateWords(budget),
    period: `${standing.start} to ${standing.end}`,
    'may be passed by': overshootWords(budget),
    orders: standing.breaker.orderIds.join(', ') || null,
    approvals: standing.breaker.approvalIds.join(', ') || null,
    version: budget.version,
    'changed by': `${budget.changedBy.name || budget.changedBy.id} at ${budget.changedAt}`,
    'as of': budget.dataAsOf,
  }
}

export const happeningColumns = {
  at: ({ at }: BudgetHappening) => at,
  what: ({ kind, because }: BudgetHappening) => `${kind} (${because})`,
  action: ({ action }: BudgetHappening) => action,
  spent: ({ spentMicroUsd }: BudgetHappening) => dollars(spentMicroUsd),
  allowed: ({ allowedMicroUsd }: BudgetHappening) => dollars(allowedMicroUsd),
  by: ({ by }: BudgetHappening) => by && (by.name || by.id),
  reason: ({ reason }: BudgetHappening) => reason,
}
