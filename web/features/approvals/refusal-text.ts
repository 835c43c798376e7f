import { useLocale } from 'use-intl'
import { z } from 'zod'
import { DecisionOutcome } from '../../../worker/features/approvals/contract.ts'
import type { ApiError } from '../../api-error.ts'
import { timeOfDay } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useProblemText } from '../../use-problem.ts'

const Winner = z.object({
  by: z.object({ name: z.string() }),
  at: z.string(),
  outcome: DecisionOutcome,
})

/** Why a decision was not taken, in words; of a lost race, who won it, when, and what they decided. */
export const useRefusalText = () => {
  const t = useT()
  const locale = useLocale()
  const problemText = useProblemText()
  return (error: ApiError) => {
    const winner = Winner.safeParse(error.context)
    if (error.code !== 'already_decided' || !winner.success) return problemText(error)
    const { by, at, outcome } = winner.data
    return t('approvals.raced', {
      name: by.name,
      outcome: t(`outcome.${outcome}`),
      at: timeOfDay(locale, Date.parse(at)),
    })
  }
}
