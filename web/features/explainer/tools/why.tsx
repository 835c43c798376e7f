import type { ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'
import type { T } from '../../../i18n/use-t.ts'

/** One sentence for what decided. */
export const whyOf = (t: T, { outcome, decidedBy, construction, steps, knownDifference }: ToolVerdict): string => {
  if (decidedBy === null && knownDifference === 'pluginProfileUnknown') return t('explainer.tools.why.profileUnknown')
  if (decidedBy === 'construction')
    return construction.reason ? t(`explainer.construction.${construction.reason}`) : t('explainer.built.notBuilt')
  if (decidedBy === null)
    return t(outcome === 'possible' ? 'explainer.tools.why.possible' : 'explainer.tools.why.callable')
  const step = t(`explainer.step.${decidedBy}.name`)
  const judged = steps.find((each) => each.step === decidedBy)
  return judged?.verdict === 'denied'
    ? t('explainer.tools.why.denied', { step, entry: judged.by?.entry ?? '' })
    : t('explainer.tools.why.notAllowed', { step })
}
