import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { OctagonX } from 'lucide-react'
import { useState } from 'react'
import type { KillOrder } from '../../../../worker/features/kill-switch/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Page, Section } from '../../../ui/page.tsx'
import { Failed, NextPage, Note, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { OrderState } from '../order-state.tsx'
import { endedOrdersQuery, openOrdersQuery } from '../queries.ts'
import { orderReason } from '../reason-text.ts'
import { StopDialog } from '../stop/stop-dialog.tsx'
import { Drills } from './drills.tsx'
import { Gateways } from './gateways.tsx'

/** What is stopped now, whether each gateway could be, and what was. */
export function KillSwitchPage() {
  const t = useT()
  const mayOrder = useCan('kill.order')
  const [stops, setStops] = useState(false)
  return (
    <Page
      title={t('nav.killSwitch')}
      lead={t('kill.lead')}
      actions={
        mayOrder ? (
          <button type="button" className="btn btn-danger" onClick={() => setStops(true)}>
            <OctagonX size={15} aria-hidden />
            {t('kill.open')}
          </button>
        ) : null
      }
    >
      <div className="space-y-8">
        {mayOrder ? null : <Note>{t('kill.mayNot')}</Note>}
        <StoppedNow />
        <Gateways mayDrill={mayOrder} />
        <Drills />
        <History />
      </div>
      {stops ? <StopDialog close={() => setStops(false)} /> : null}
    </Page>
  )
}

function StoppedNow() {
  const t = useT()
  const open = useQuery(openOrdersQuery)
  return (
    <Section title={t('kill.now')}>
      {open.isPending ? (
        <Skeleton rows={2} height={52} />
      ) : open.isError && !open.data ? (
        <Failed what={t('kill.failed')} error={open.error} retry={() => void open.refetch()} />
      ) : (
        <Orders orders={open.data.items} none={t('kill.nothingStopped')} />
      )}
    </Section>
  )
}

function History() {
  const t = useT()
  const ended = useInfiniteQuery(endedOrdersQuery)
  const orders = ended.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('kill.history')}>
      {ended.isPending ? (
        <Skeleton rows={2} height={52} />
      ) : ended.isError && !ended.data ? (
        <Failed what={t('kill.failed')} error={ended.error} retry={() => void ended.refetch()} />
      ) : (
        <Orders orders={orders} none={t('kill.noHistory')} />
      )}
      <NextPage of={ended} />
    </Section>
  )
}

function Orders({ orders, none }: { orders: readonly KillOrder[]; none: string }) {
  const t = useT()
  if (orders.length === 0) return <p className="border-y border-line py-3 text-ink-2">{none}</p>
  return (
    <ul className="hairlines">
      {orders.map((order) => (
        <li key={order.id}>
          <Link
            to="/kill-switch/$id"
            params={{ id: order.id }}
            className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1 py-2.5 hover:bg-sunken"
          >
            <span className="min-w-40 flex-1 max-sm:basis-full">
              <span className="block truncate font-medium">
                {t('kill.scopeOf', { kind: order.scope.kind, name: order.scope.name })}
              </span>
              <span className="block truncate text-2xs text-ink-2">{orderReason(t, order)}</span>
            </span>
            <span className="tnum text-xs text-ink-2">
              {t(order.recovery ? 'kill.recoveredOf' : 'kill.confirmedOf', {
                done: order.recovery ? order.tally.recovered : order.tally.confirmed,
                agents: order.tally.agents,
              })}
            </span>
            <OrderState state={order.state} />
            <span className="text-2xs text-ink-2 max-sm:ml-auto sm:w-24 sm:text-right">
              <Ago at={order.orderedAt} />
            </span>
          </Link>
        </li>
      ))}
    </ul>
  )
}
