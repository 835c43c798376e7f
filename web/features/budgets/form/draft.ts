import type { z } from 'zod'
import type { Budget, BudgetSettings } from '../../../../worker/features/budgets/contract.ts'
import { ApiError } from '../../../api-error.ts'
import { microUsdOf, moneyText } from '../money.ts'

/** Figures as text, so that a field may be empty while it is written. */
export interface BudgetDraft {
  name: string
  period: BudgetSettings['period']
  timeZone: string
  limit: string
  warnPercent: string
  onLimit: BudgetSettings['onLimit']
  raise: string
}

export const draftFields = ['name', 'period', 'timeZone', 'limit', 'warnPercent', 'onLimit', 'raise'] as const

export const emptyDraft = (): BudgetDraft => ({
  name: '',
  period: 'month',
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  limit: '',
  warnPercent: '80',
  onLimit: 'warn',
  raise: '',
})

export const draftOf = (budget: Budget): BudgetDraft => ({
  name: budget.name,
  period: budget.period,
  timeZone: budget.timeZone,
  limit: moneyText(budget.limitMicroUsd),
  warnPercent: String(budget.warnPercent),
  onLimit: budget.onLimit,
  raise: budget.raiseMicroUsd === null ? '' : moneyText(budget.raiseMicroUsd),
})

const numberOf = (text: string) => (text.trim() === '' ? Number.NaN : Number(text))

/** In the words of the API; what is no figure becomes none, which the contract then refuses. */
export const settingsOf = (draft: BudgetDraft) => ({
  name: draft.name,
  period: draft.period,
  timeZone: draft.timeZone.trim(),
  limitMicroUsd: microUsdOf(draft.limit) ?? Number.NaN,
  warnPercent: numberOf(draft.warnPercent),
  onLimit: draft.onLimit,
  raiseMicroUsd: draft.raise.trim() === '' ? null : (microUsdOf(draft.raise) ?? Number.NaN),
})

const faultNames = ['name', 'scope', 'timeZone', 'limitMicroUsd', 'warnPercent', 'raiseMicroUsd'] as const
type FaultName = (typeof faultNames)[number]
export type Faults = ReadonlySet<FaultName>

const known = (name: unknown): FaultName[] => faultNames.filter((one) => one === name)

/** The fields that stand in the way: found here before anything is sent, and refused by the server since. */
export const faultsOf = (found: z.ZodError | undefined, refusal: unknown): Faults =>
  new Set([...(found?.issues.flatMap(({ path }) => known(path[0])) ?? []), ...refusedFields(refusal)])

/** Empty where the server refused the whole and no field of it. */
export const refusedFields = (refusal: unknown): FaultName[] =>
  refusal instanceof ApiError
    ? refusal.fields.flatMap(({ path }) => known(path.replace(/^\//, '').split(/[/.]/)[0]))
    : []
