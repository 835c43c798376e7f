import { useT } from '../../i18n/use-t.ts'
import { type BatchPlan, leftOutReasons, risksOf } from './batch.ts'

/** A plan in words: what it decides by risk, and what it leaves alone and why; null where it leaves nothing. */
export const useBatchText = () => {
  const t = useT()
  return (plan: BatchPlan) => ({
    byRisk: risksOf(plan)
      .map((risk) => t('approvals.batch.ofRisk', { risk: t(`risk.${risk}`), count: plan.byRisk[risk] }))
      .join(t('state.comma')),
    leftOut:
      leftOutReasons
        .filter((reason) => plan.leftOut[reason] > 0)
        .map((reason) => t(`approvals.batch.leftOut.${reason}`, { count: plan.leftOut[reason] }))
        .join(t('state.semicolon')) || null,
  })
}
