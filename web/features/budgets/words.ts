import type { Budget } from '../../../worker/features/budgets/contract.ts'
import type { T } from '../../i18n/use-t.ts'

/** What a budget counts: `Agent Ledger`, `Model openai/gpt-5`, `The whole organization`. */
export const scopeText = (t: T, { kind, name }: Budget['scope']): string => t(`budgets.scopeOf.${kind}`, { name })

/** Spending as a whole percentage of what is allowed: never rounded up, so that 100 means that the limit was reached. */
export const percentOf = ({ spentMicroUsd, allowedMicroUsd }: Budget['standing']): number =>
  allowedMicroUsd <= 0 ? 100 : Math.floor((spentMicroUsd / allowedMicroUsd) * 100)
