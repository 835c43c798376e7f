import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Send } from 'lucide-react'
import { useLocale } from 'use-intl'
import { approvalStates } from '../../../worker/features/approvals/contract.ts'
import type { Delivery } from '../../../worker/features/approvals/statistics/contract.ts'
import { duration } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot, type Tone } from '../../ui/badge.tsx'
import { Filter } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, NextPage, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { endedText } from '../approvals/ended-text.ts'
import { deliveriesQuery } from './queries.ts'

const columns = 'md:grid md:grid-cols-[minmax(200px,1fr)_minmax(150px,220px)_92px_84px_84px_84px] md:gap-x-4'
const tones: Record<Delivery['state'], Tone> = {
  pending: 'busy',
  decided: 'warn',
  delivered: 'good',
  confirmed: 'good',
  expired: 'off',
  undeliverable: 'bad',
}

/** Each request's way: when it was shown, decided and in effect, or why it never was. */
export function DeliveryPage() {
  const t = useT()
  const { state } = useSearch({ from: '/room/approvals/delivery' })
  const navigate = useNavigate()
  const list = useInfiniteQuery(deliveriesQuery(state))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Page title={t('deliveries.title')} lead={t('deliveries.lead')}>
      <div className="mb-4 flex flex-wrap gap-2">
        <Filter
          label={t('deliveries.state')}
          value={state ?? ''}
          onChange={(event) =>
            void navigate({
              to: '/approvals/delivery',
              search: event.target.value === '' ? {} : { state: event.target.value },
              replace: true,
            })
          }
        >
          <option value="">{t('deliveries.any')}</option>
          {approvalStates.map((one) => (
            <option key={one} value={one}>
              {t(`progress.${one}`)}
            </option>
          ))}
        </Filter>
      </div>
      {list.isPending ? (
        <Skeleton rows={10} height={48} />
      ) : list.isError && !list.data ? (
        <Failed what={t('deliveries.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : items.length === 0 ? (
        <Empty
          icon={<Send size={20} strokeWidth={1.75} aria-hidden />}
          title={t(state ? 'deliveries.emptyOfState.title' : 'deliveries.empty.title')}
          body={t(state ? 'deliveries.emptyOfState.body' : 'deliveries.empty.body')}
        />
      ) : (
        <>
          <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
            <span>{t('deliveries.request')}</span>
            <span>{t('deliveries.state')}</span>
            <span className="text-right">{t('deliveries.requestedAt')}</span>
            <span className="text-right">{t('deliveries.shown')}</span>
            <span className="text-right">{t('deliveries.decided')}</span>
            <span className="text-right">{t('deliveries.effective')}</span>
          </div>
          <ul aria-label={t('deliveries.title')} className="divide-y divide-line border-b border-line max-md:border-t">
            {items.map((one) => (
              <Row key={one.approvalId} delivery={one} />
            ))}
          </ul>
          <NextPage of={list} isOlder />
        </>
      )}
    </Page>
  )
}

function Row({ delivery }: { delivery: Delivery }) {
  const t = useT()
  const isOpen = delivery.state === 'pending' || delivery.state === 'decided'
  return (
    <li>
      <Link
        to={isOpen ? '/approvals' : '/approvals/history'}
        search={{ id: delivery.approvalId }}
        className={`-mx-2 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md px-2 py-2 hover:bg-sunken md:min-h-11 ${columns}`}
      >
        <span className="min-w-0 max-md:basis-full">
          {delivery.title ? <span className="block truncate">{delivery.title}</span> : null}
          {delivery.command ? (
            <code className={`block truncate font-mono text-2xs ${delivery.title ? 'text-ink-2' : ''}`}>
              {delivery.command}
            </code>
          ) : null}
          <span className="block truncate text-2xs text-ink-2">
            {delivery.agentName ?? t('deliveries.noAgent')}
            {' · '}
            {t(
              `deliveries.source.${delivery.source === 'api' ? 'api' : delivery.source === 'openclaw.exec' ? 'exec' : 'plugin'}`,
            )}
          </span>
        </span>
        <span className="min-w-0 max-md:flex-1">
          <Dot tone={tones[delivery.state]}>{t(`progress.${delivery.state}`)}</Dot>
          {delivery.stateReason ? (
            <span className="block text-2xs break-words text-ink-2">{endedText(t, delivery.stateReason)}</span>
          ) : null}
        </span>
        <span className="text-right text-2xs text-ink-2 max-md:ml-auto">
          <Ago at={delivery.requestedAt} />
        </span>
        <span className="flex gap-x-4 max-md:basis-full md:contents">
          <Measured name={t('deliveries.shown')} ms={delivery.shownMs} isOpen={isOpen} />
          <Measured name={t('deliveries.decided')} ms={delivery.decidedMs} isOpen={isOpen} />
          <Measured name={t('deliveries.effective')} ms={delivery.effectiveMs} isOpen={isOpen} />
        </span>
      </Link>
    </li>
  )
}

function Measured({ name, ms, isOpen }: { name: string; ms: number | null; isOpen: boolean }) {
  const t = useT()
  const locale = useLocale()
  return (
    <span className="tnum text-2xs whitespace-nowrap md:text-right md:text-xs">
      <span className="text-ink-2 md:sr-only">{name} </span>
      {ms === null ? (
        <span className="text-ink-2">{t(isOpen ? 'deliveries.not' : 'deliveries.never')}</span>
      ) : (
        duration(locale, ms)
      )}
    </span>
  )
}
