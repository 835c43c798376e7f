import { releaseReasons } from '../../../worker/features/budgets/contract.ts'
import type { StopStep } from '../../../worker/features/connectors/link/stops/contract.ts'
import type { KillDrill, KillOrder, KillTarget } from '../../../worker/features/kill-switch/contract.ts'
import { duration } from '../../format.ts'
import type { T } from '../../i18n/use-t.ts'

/** What the gateway or an older connector said stands in its own words, and is said to be that. */
const quoted = (t: T, detail: string): string | null => (detail === '' ? null : t('kill.gatewaySaid', { detail }))

/** Why a step was left out, did less or failed; null where there is nothing to say. */
export const stepText = (t: T, { because, detail }: Pick<StopStep, 'because' | 'detail'>): string | null =>
  because ? t(`kill.because.${because.code}`, because.facts) : quoted(t, detail)

/** How a drill ended. Nobody answered a lapsed one, which its state says. */
export const drillText = (t: T, locale: string, { state, report, detail }: KillDrill): string | null => {
  if (state === 'ordered' || state === 'lapsed') return null
  if (!report?.because) return quoted(t, report?.detail ?? detail ?? '')
  const took = (name: string) => duration(locale, Number(report.because?.facts[name] ?? 0))
  return t(`kill.drillBecause.${report.because.code}`, {
    confirmed: took('confirmedMs'),
    recovered: took('recoveredMs'),
  })
}

/** Why an order was given: a budget's own in the reader's language, a person's as it was written. */
export const orderReason = (t: T, { budgetId, orderedBy, reason }: KillOrder): string =>
  budgetId === null ? reason : t('kill.usedUp', { name: orderedBy.name })

const releases = [
  'period',
  'request',
  'raised',
  'changed',
  'removed',
] as const satisfies (keyof typeof releaseReasons)[]

/** Why an order was taken back, likewise; empty while it is not. */
export const recoveryReason = (t: T, { budgetId, recovery }: KillOrder): string => {
  const known = budgetId === null ? undefined : releases.find((one) => releaseReasons[one] === recovery?.reason)
  return known ? t(`kill.released.${known}`) : (recovery?.reason ?? '')
}

const failures = [
  'read_only',
  'unsupported',
  'gateway_unreachable',
  'gateway_refused',
  'incomplete',
  'removed',
] as const

/** Why an order did not come about at a connector. Steps of agents stand with their evidence, the rest as it was said. */
export const failureText = (t: T, { failure, detail, failed }: KillTarget): string => {
  const known = failures.find((one) => one === failure)
  const sentence = t(`kill.failure.${known ?? 'other'}`)
  const own = known === 'gateway_refused' || known === undefined ? quoted(t, detail ?? '') : null
  return failed === 0 && own ? `${sentence} ${own}` : sentence
}
