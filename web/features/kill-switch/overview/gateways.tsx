import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import { KillDrill, type KillGateway } from '../../../../worker/features/kill-switch/contract.ts'
import { request } from '../../../api.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot } from '../../../ui/badge.tsx'
import { Confirm } from '../../../ui/confirm.tsx'
import { Section } from '../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { gatewaysQuery } from '../queries.ts'
import { drillText } from '../reason-text.ts'

/** Whether each gateway could be stopped now, and when that was last shown. */
export function Gateways({ mayDrill }: { mayDrill: boolean }) {
  const t = useT()
  const list = useQuery(gatewaysQuery)
  const [drills, setDrills] = useState<KillGateway | null>(null)
  return (
    <Section title={t('kill.gateways')}>
      {list.isPending ? (
        <Skeleton rows={2} height={52} />
      ) : list.isError && !list.data ? (
        <Failed what={t('kill.gatewaysFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.data.items.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('kill.noGateways')}</p>
      ) : (
        <ul className="hairlines">
          {list.data.items.map((gateway) => (
            <Gateway
              key={gateway.connectorId}
              gateway={gateway}
              drill={mayDrill && gateway.reach === 'online' ? () => setDrills(gateway) : null}
            />
          ))}
        </ul>
      )}
      {drills ? <DrillQuestion gateway={drills} close={() => setDrills(null)} /> : null}
    </Section>
  )
}

function Gateway({ gateway, drill }: { gateway: KillGateway; drill: (() => void) | null }) {
  const t = useT()
  const locale = useLocale()
  const { reach, lastProvenAt, lastProvenMs, lastDrill } = gateway
  const isUnderWay = lastDrill?.state === 'ordered'
  return (
    <li className="flex min-h-12 flex-wrap items-center gap-x-4 gap-y-1.5 py-2.5">
      <Link
        to="/connectors/$id"
        params={{ id: gateway.connectorId }}
        className="min-w-32 flex-1 truncate font-medium hover:underline max-sm:basis-full"
      >
        {gateway.connectorName}
      </Link>
      {gateway.stoppedAgents > 0 ? (
        <span className="tnum text-xs text-critical">{t('kill.stoppedAgents', { count: gateway.stoppedAgents })}</span>
      ) : null}
      <Dot tone={reach === 'online' ? 'good' : 'bad'}>{t(`kill.reachShort.${reach}`)}</Dot>
      <span className="tnum text-xs text-ink-2 sm:w-56 sm:text-right">
        {lastProvenAt ? (
          <>
            {t('kill.proven')} <Ago at={lastProvenAt} />
            {lastProvenMs === null ? '' : ` · ${duration(locale, lastProvenMs)}`}
          </>
        ) : (
          <span className="text-medium">{t('kill.neverProven')}</span>
        )}
      </span>
      {drill ? (
        <button type="button" className="btn max-sm:ml-auto" disabled={isUnderWay} onClick={drill}>
          {t(isUnderWay ? 'kill.drilling' : 'kill.drill')}
        </button>
      ) : null}
      {reach === 'online' ? null : <p className="basis-full text-2xs text-critical">{t(`kill.reach.${reach}`)}</p>}
      {lastDrill &&
      (lastDrill.state === 'failed' || lastDrill.state === 'impossible' || lastDrill.state === 'lapsed') ? (
        <p className="basis-full text-2xs text-medium">
          {t(`kill.drillState.${lastDrill.state}`)} {drillText(t, locale, lastDrill)}
        </p>
      ) : null}
    </li>
  )
}

function DrillQuestion({ gateway, close }: { gateway: KillGateway; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  /** The last one could not be: the gateway would have had to rewrite its configuration for a second agent. */
  const mayRewrite = gateway.lastDrill?.state === 'impossible'
  const order = useMutation({
    mutationFn: () =>
      request(KillDrill, '/kill-switch/drills', {
        method: 'POST',
        body: { connectorId: gateway.connectorId, mayRewrite },
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['kill'] }),
  })
  return (
    <Confirm
      open
      close={close}
      title={t('kill.drillTitle', { name: gateway.connectorName })}
      body={t(mayRewrite ? 'kill.drillRewrites' : 'kill.drillBody')}
      action={t('kill.drill')}
      onConfirm={() => order.mutateAsync()}
    />
  )
}
