import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { Connector } from '../../../worker/features/connectors/contract.ts'
import { duration } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Dot } from '../../ui/badge.tsx'
import { Fact, Facts, Mono, Page } from '../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { ConnectorBackups } from '../artifacts/connector-backups.tsx'
import { ConnectorHealthSection } from '../health/connector-health.tsx'
import { ScopeStop } from '../kill-switch/scope-stop.tsx'
import { ConnectorActions } from './connector-actions.tsx'
import { ConnectorState, LastSeen } from './connector-state.tsx'
import { Diagnostics } from './diagnostics.tsx'
import { Pairing } from './pairing.tsx'
import { connectorQuery } from './queries.ts'

export function ConnectorPage() {
  const t = useT()
  const { id } = useParams({ from: '/room/connectors/$id' })
  const found = useQuery(connectorQuery(id))
  const may = useCan('connectors.write')
  const connector = found.data
  if (!connector)
    return (
      <Page title={t('nav.connectors')}>
        {found.isError ? (
          <Failed what={t('connectors.oneFailed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={6} height={44} />
        )}
      </Page>
    )
  return (
    <Page
      title={connector.name}
      lead={<ConnectorState connector={connector} />}
      actions={
        <>
          <ScopeStop scope={{ kind: 'connector', connectorId: connector.id }} />
          {may ? <ConnectorActions connector={connector} /> : null}
        </>
      }
    >
      <div className="space-y-8">
        {may ? null : <Note>{t('connectors.mayNot')}</Note>}
        {connector.state === 'paused' ? <Note tone="warn">{t('connectors.pausedNote')}</Note> : null}
        {connector.state === 'created' ? <Pairing id={connector.id} /> : null}
        <ConnectorFacts connector={connector} />
        <ConnectorBackups connectorId={connector.id} />
        <ConnectorHealthSection connector={connector} />
        <Diagnostics connector={connector} may={may} />
      </div>
    </Page>
  )
}

function ConnectorFacts({ connector }: { connector: Connector }) {
  const t = useT()
  const locale = useLocale()
  const { gateway, clockSkewMs } = connector
  const skewed = clockSkewMs !== null && Math.abs(clockSkewMs) > 5_000
  return (
    <Facts>
      <Fact name={t('connectors.column.gateway')}>
        <Dot tone={gateway.connected ? 'good' : connector.state === 'online' ? 'warn' : 'off'}>
          {gateway.connected ? t('connectors.gatewayConnected') : t('connectors.gatewayNot')}
        </Dot>
        {gateway.detail ? <p className="mt-0.5 text-xs text-ink-2">{gateway.detail}</p> : null}
      </Fact>
      <Fact name={t('connectors.gatewayVersion')}>
        {gateway.version ? t('connectors.openclaw', { version: gateway.version }) : t('state.none')}
      </Fact>
      <Fact name={t('connectors.column.version')}>
        {connector.version ? <Mono>{connector.version}</Mono> : t('state.none')}
      </Fact>
      <Fact name={t('connectors.platform')}>{connector.platform ?? t('state.none')}</Fact>
      <Fact name={t('connectors.column.agents')}>
        <Link to="/agents" search={{ connector: connector.id }} className="link tnum">
          {t('connectors.agentCount', { count: connector.agents })}
        </Link>
      </Fact>
      <Fact name={t('connectors.groups')}>
        {connector.groups.length === 0
          ? t('state.none')
          : connector.groups.map((group) => t(`connectors.group.${group}`)).join(t('state.comma'))}
        {connector.groups.length > 0 && !connector.groups.includes('approvals') ? (
          <p className="mt-0.5 text-xs text-medium">{t('connectors.readOnly')}</p>
        ) : null}
      </Fact>
      <Fact name={t('connectors.skew')}>
        {clockSkewMs === null ? (
          t('state.none')
        ) : (
          <span className={`tnum ${skewed ? 'text-high' : ''}`}>
            {clockSkewMs < 0 ? '−' : '+'}
            {duration(locale, Math.abs(clockSkewMs))}
          </span>
        )}
      </Fact>
      <Fact name={t('connectors.column.lastSeen')}>
        <LastSeen connector={connector} />
      </Fact>
      <Fact name={t('connectors.connectedAt')}>
        {connector.connectedAt ? <Ago at={connector.connectedAt} /> : t('connectors.neverSeen')}
      </Fact>
      <Fact name={t('connectors.createdAt')}>
        <Ago at={connector.createdAt} />
      </Fact>
      <Fact name={t('connectors.tokenHint')}>
        <Mono>{connector.tokenHint}</Mono>
      </Fact>
      <Fact name={t('connectors.id')}>
        <Mono>{connector.id}</Mono>
      </Fact>
    </Facts>
  )
}
