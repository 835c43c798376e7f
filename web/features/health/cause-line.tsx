import { useLocale } from 'use-intl'
import type { HealthCause } from '../../../worker/features/health/contract.ts'
import { absolute, duration } from '../../format.ts'
import { type T, useT } from '../../i18n/use-t.ts'

/** Why something is unwell, as a sentence with its figures, and below it what to do about it. */
export function CauseLine({ cause }: { cause: HealthCause }) {
  const t = useT()
  const locale = useLocale()
  return (
    <div className="min-w-0">
      <p className="font-medium break-words">{causeText(t, locale, cause)}</p>
      <p className="mt-0.5 text-xs text-ink-2">{t(`health.help.${cause.cause}`)}</p>
    </div>
  )
}

const causeText = (t: T, locale: string, cause: HealthCause): string => {
  switch (cause.cause) {
    case 'errors':
      return t('health.cause.errors', { failed: cause.failed, runs: cause.runs, minutes: cause.windowMinutes })
    case 'slow':
      return t('health.cause.slow', {
        median: duration(locale, cause.medianMs),
        usual: duration(locale, cause.usualMs),
        runs: cause.runs,
      })
    case 'failing_cron':
      return t('health.cause.failing_cron', {
        count: cause.jobs.length,
        jobs: cause.jobs.map(({ name, failures }) => `${name} ×${failures}`).join(t('state.comma')),
      })
    case 'budget':
      return t('health.cause.budget', { budgets: cause.budgets.map(({ name }) => name).join(t('state.comma')) || '—' })
    case 'stale':
      return t('health.cause.stale', { at: cause.heardAt ? absolute(locale, Date.parse(cause.heardAt)) : '—' })
    case 'config_invalid':
      return t('health.cause.config_invalid', {
        issues: cause.issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ') || '—',
      })
    case 'restart_loop':
      return t('health.cause.restart_loop', { restarts: cause.restarts, minutes: cause.windowMinutes })
    case 'gateway_away':
      return t('health.cause.gateway_away', { detail: cause.detail ?? '—' })
    case 'connector_offline':
      return t('health.cause.connector_offline', {
        at: cause.lastSeenAt ? absolute(locale, Date.parse(cause.lastSeenAt)) : '—',
      })
    default:
      return t(`health.cause.${cause.cause}`)
  }
}
