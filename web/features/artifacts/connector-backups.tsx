import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Section } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { Standing } from './overview/standing.tsx'
import { standingsQuery } from './queries.ts'

/** On a connector's own page; nothing for who may not see packages. */
export function ConnectorBackups({ connectorId }: { connectorId: string }) {
  const t = useT()
  const mayRead = useCan('artifacts.read')
  const mayWrite = useCan('artifacts.write')
  const found = useQuery({ ...standingsQuery(connectorId), enabled: mayRead })
  if (!mayRead) return null
  const standing = found.data?.items[0]
  return (
    <Section
      title={t('nav.backups')}
      aside={
        <Link to="/backups" search={{ connector: connectorId }} className="aside-link">
          {t('backups.all')}
        </Link>
      }
    >
      {standing ? (
        <ul className="hairlines">
          <Standing standing={standing} mayWrite={mayWrite} isNamed={false} />
        </ul>
      ) : found.isError ? (
        <Failed what={t('backups.gatewaysFailed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={1} height={64} />
      )}
    </Section>
  )
}
