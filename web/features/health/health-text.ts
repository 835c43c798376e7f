import { healthCauses, healthStates } from '../../../worker/features/health/contract.ts'
import type { T } from '../../i18n/use-t.ts'

/** What an event of changed health says, in words: the state, why, and whether it flaps. */
export const healthText = (t: T, { state, causes, isFlapping }: Record<string, unknown>): string => {
  const known = healthStates.find((each) => each === state)
  const named = healthCauses.filter((cause) => Array.isArray(causes) && causes.includes(cause))
  return [
    known ? t(`wellness.state.${known}`) : '—',
    ...named.map((cause) => t(`wellness.cause.${cause}`)),
    ...(isFlapping === true ? [t('wellness.flapping')] : []),
  ].join(' · ')
}
