import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { RotateCcw } from 'lucide-react'
import { useState } from 'react'
import type { KillOrder } from '../../../../worker/features/kill-switch/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Fact, Facts, Mono, Page } from '../../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { orderQuery } from '../queries.ts'
import { orderReason, recoveryReason } from '../reason-text.ts'
import { Banner } from './banner.tsx'
import { Evidence } from './evidence.tsx'
import { RecoverDialog } from './recover.tsx'
import { Targets } from './targets.tsx'

/** One order: how far it is at each gateway, what proves it, and the way back. */
export function OrderPage() {
  const t = useT()
  const { id } = useParams({ from: '/room/kill-switch/$id' })
  const found = useQuery(orderQuery(id))
  const mayRecover = useCan('kill.recover')
  const [recovers, setRecovers] = useState(false)
  const order = found.data
  if (!order)
    return (
      <Page title={t('nav.killSwitch')}>
        {found.isError ? (
          <Failed what={t('kill.oneFailed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={6} height={44} />
        )}
      </Page>
    )
  return (
    <Page
      title={t('kill.orderTitle', { name: order.scope.name, kind: order.scope.kind })}
      lead={
        <Link to="/kill-switch" className="link">
          {t('kill.toAll')}
        </Link>
      }
      actions={
        mayRecover && order.recovery === null && order.endedAt === null ? (
          <button type="button" className="btn" onClick={() => setRecovers(true)}>
            <RotateCcw size={15} aria-hidden />
            {t('kill.recover')}
          </button>
        ) : null
      }
    >
      <div className="space-y-8">
        {found.isError ? <Note tone="warn">{t('kill.stale')}</Note> : null}
        <Banner order={order} />
        <Targets order={order} />
        <Evidence order={order} />
        <OrderFacts order={order} />
      </div>
      {recovers ? <RecoverDialog order={order} close={() => setRecovers(false)} /> : null}
    </Page>
  )
}

function OrderFacts({ order }: { order: KillOrder }) {
  const t = useT()
  return (
    <Facts>
      <Fact name={t('kill.reason')} full>
        {orderReason(t, order)}
      </Fact>
      <Fact name={t('kill.orderedBy')}>{order.orderedBy.name || order.orderedBy.id}</Fact>
      <Fact name={t('kill.orderedAt')}>
        <Ago at={order.orderedAt} />
      </Fact>
      <Fact name={t('kill.policy')}>{t(`kill.policies.${order.policy}`)}</Fact>
      <Fact name={t('kill.id')}>
        <Mono>{order.id}</Mono>
      </Fact>
      {order.recovery ? (
        <>
          <Fact name={t('kill.recoveredBy')}>
            {order.recovery.by.name || order.recovery.by.id} · <Ago at={order.recovery.at} />
          </Fact>
          <Fact name={t('kill.recoverReason')} full>
            {recoveryReason(t, order)}
          </Fact>
        </>
      ) : null}
    </Facts>
  )
}
