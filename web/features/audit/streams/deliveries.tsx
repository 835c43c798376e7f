import { useQuery } from '@tanstack/react-query'
import type { StreamDelivery } from '../../../../worker/features/audit/streams/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot, type Tone } from '../../../ui/badge.tsx'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { deliveriesQuery } from './queries.ts'
import { outcomeText } from './state.tsx'

const tones: Record<StreamDelivery['state'], Tone> = { pending: 'busy', delivered: 'good', given_up: 'off' }
const columns = 'md:grid md:grid-cols-[150px_minmax(120px,1fr)_minmax(120px,1fr)_90px_110px] md:gap-x-4'

/** The newest deliveries of a stream, newest first. */
export function Deliveries({ id }: { id: string }) {
  const t = useT()
  const found = useQuery(deliveriesQuery(id))
  if (found.isPending) return <Skeleton rows={6} height={40} />
  if (found.isError && !found.data)
    return <Failed what={t('streams.deliveriesFailed')} error={found.error} retry={() => void found.refetch()} />
  if (found.data.items.length === 0) return <p className="text-xs text-ink-2">{t('streams.noDeliveries')}</p>
  return (
    <>
      <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
        <span>{t('streams.stateName')}</span>
        <span>{t('streams.events')}</span>
        <span>{t('streams.answer')}</span>
        <span className="text-right">{t('streams.attempts')}</span>
        <span className="text-right">{t('streams.at')}</span>
      </div>
      <ul aria-label={t('streams.deliveries')} className="divide-y divide-line border-b border-line max-md:border-t">
        {found.data.items.map((one) => (
          <li
            key={one.id}
            className={`flex flex-wrap items-center gap-x-4 gap-y-1 py-2 text-xs md:min-h-10 ${columns}`}
          >
            <Dot tone={tones[one.state]}>{t(`streams.deliveryState.${one.state}`)}</Dot>
            <span className="tnum">
              {one.first === one.last ? `#${one.first}` : `#${one.first}–${one.last}`}
              <span className="text-ink-2"> ({one.events})</span>
            </span>
            <span className="text-ink-2 max-md:basis-full">
              {one.outcome === null ? '—' : outcomeText(t, one.outcome)}
            </span>
            <span className="tnum text-ink-2 md:text-right">
              <span className="md:sr-only">{t('streams.attempts')} </span>
              {one.attempts}
            </span>
            <span className="ml-auto text-right text-2xs text-ink-2">
              <Ago at={one.lastAt ?? one.firstAt} />
            </span>
          </li>
        ))}
      </ul>
    </>
  )
}
