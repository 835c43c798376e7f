import { useQuery } from '@tanstack/react-query'
import type { Connector } from '../../../worker/features/connectors/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { HealthHistory } from './health-history.tsx'
import { connectorHealthQuery } from './queries.ts'
import { Standing } from './standing.tsx'

/** How well a connector and its gateway are: all their agents are never better. */
export function ConnectorHealthSection({ connector }: { connector: Connector }) {
  const t = useT()
  const found = useQuery(connectorHealthQuery(connector.id))
  const health = found.data
  if (!health)
    return (
      <Section title={t('health.title')}>
        {found.isError ? (
          <Failed what={t('health.readFailed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={3} height={40} />
        )}
      </Section>
    )
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
      <Section title={t('health.title')}>
        <Standing health={health} />
      </Section>
      <HealthHistory
        history={health.history.items}
        bornAt={connector.state === 'created' ? new Date().toISOString() : connector.createdAt}
      />
    </div>
  )
}
