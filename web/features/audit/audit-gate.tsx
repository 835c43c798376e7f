import { useQuery } from '@tanstack/react-query'
import { Lock } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../session/queries.ts'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'

/** Shows what is inside to those who may read the audit sequence, and says to the others who may. */
export function AuditGate({ title, children }: { title: string; children: ReactNode }) {
  const t = useT()
  const mine = useQuery(capabilitiesQuery)
  if (mine.data?.capabilities.includes('audit.read')) return children
  return (
    <Page title={title}>
      {mine.data ? (
        <Empty
          icon={<Lock size={20} strokeWidth={1.75} aria-hidden />}
          title={t('audit.noPermission.title')}
          body={t('audit.noPermission.body')}
        />
      ) : mine.isError ? (
        <Failed what={t('audit.failed')} error={mine.error} retry={() => void mine.refetch()} />
      ) : (
        <Skeleton rows={12} height={34} />
      )}
    </Page>
  )
}
