import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plug } from 'lucide-react'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { Empty, Failed, Skeleton } from '../../../ui/state.tsx'
import { standingsQuery } from '../queries.ts'
import { Standing } from './standing.tsx'

/** Each gateway: what is saved of it, and whether that can be put back. */
export function Standings({ mayWrite }: { mayWrite: boolean }) {
  const t = useT()
  const list = useQuery(standingsQuery())
  return (
    <Section title={t('backups.gateways')}>
      {list.isPending ? (
        <Skeleton rows={2} height={64} />
      ) : list.isError && !list.data ? (
        <Failed what={t('backups.gatewaysFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.data.items.length === 0 ? (
        <Empty
          icon={<Plug size={20} strokeWidth={1.75} aria-hidden />}
          title={t('backups.noGateways.title')}
          body={t('backups.noGateways.body')}
        >
          <Link to="/connectors" className="btn">
            {t('nav.connectors')}
          </Link>
        </Empty>
      ) : (
        <ul className="hairlines">
          {list.data.items.map((standing) => (
            <Standing key={standing.connectorId} standing={standing} mayWrite={mayWrite} isNamed />
          ))}
        </ul>
      )}
    </Section>
  )
}
