import type { UseQueryResult } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import type { KillPreview } from '../../../../worker/features/kill-switch/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Trouble } from '../../../ui/state.tsx'

/** Null when no gateway said it: unknown is not none. */
const sumOf = (values: (number | null)[]): number | null =>
  values.every((value) => value === null) ? null : values.reduce<number>((sum, value) => sum + (value ?? 0), 0)

/** What an order would stop now, and which gateways would not hear of it at once. */
export function Preview({ found }: { found: UseQueryResult<KillPreview> }) {
  const t = useT()
  const preview = found.data
  if (found.isError && !preview) return <Trouble error={found.error} />
  if (!preview)
    return (
      <p role="status" className="rounded-md border border-line px-3 py-3 text-xs text-ink-2">
        {t('kill.asking')}
      </p>
    )
  const { connectors } = preview
  const numbers = [
    ['agents', preview.agents],
    ['runs', Math.max(preview.openRuns, sumOf(connectors.map((one) => one.activeSessions)) ?? 0)],
    ['subAgents', sumOf(connectors.map((one) => one.subAgents))],
    ['jobs', sumOf(connectors.map((one) => one.enabledJobs))],
    ['approvals', preview.pendingApprovals],
  ] as const
  const away = connectors.filter(({ reach }) => reach !== 'online')
  const silent = connectors.filter(({ reach, activeSessions }) => reach === 'online' && activeSessions === null)
  const withoutPlugin = connectors.filter(({ hasPlugin }) => hasPlugin === false)
  return (
    <section aria-label={t('kill.preview')} className="rounded-md border border-line">
      <dl className="grid grid-cols-5 divide-x divide-line max-sm:grid-cols-3 max-sm:divide-x-0">
        {numbers.map(([key, value]) => (
          <div key={key} className="px-3 py-2.5">
            <dd className="tnum text-lg leading-tight font-semibold">{value ?? '?'}</dd>
            <dt className="text-2xs text-ink-2">{t(`kill.stops.${key}`)}</dt>
          </div>
        ))}
      </dl>
      {preview.alreadyStopped > 0 ? (
        <p className="border-t border-line px-3 py-2 text-2xs text-ink-2">
          {t('kill.alreadyStopped', { count: preview.alreadyStopped })}
        </p>
      ) : null}
      {away.map(({ connectorId, connectorName, reach }) => (
        <p
          key={connectorId}
          role="alert"
          className="flex gap-2 border-t border-line bg-critical-soft px-3 py-2 text-xs text-critical"
        >
          <TriangleAlert size={15} className="mt-0.5 shrink-0" aria-hidden />
          <span>
            <strong className="font-medium">{t('kill.notAtOnce', { name: connectorName })}</strong>{' '}
            {reach === 'online' ? null : t(`kill.reach.${reach}`)}
          </span>
        </p>
      ))}
      {silent.length > 0 ? (
        <p className="border-t border-line px-3 py-2 text-2xs text-medium">
          {t('kill.notSaid', { names: silent.map((one) => one.connectorName).join(t('state.comma')) })}
        </p>
      ) : null}
      {withoutPlugin.length > 0 ? (
        <p className="border-t border-line px-3 py-2 text-2xs text-ink-2">
          {t('kill.withoutPlugin', { names: withoutPlugin.map((one) => one.connectorName).join(t('state.comma')) })}
        </p>
      ) : null}
    </section>
  )
}
