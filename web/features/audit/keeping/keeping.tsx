import { useQuery } from '@tanstack/react-query'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Section } from '../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { ArchiveState } from './archive-state.tsx'
import { Holds } from './holds.tsx'
import { PublicAddress } from './public-address.tsx'
import { keepingQuery } from './queries.ts'
import { Restores } from './restores.tsx'
import { RetentionSettings } from './retention-settings.tsx'

/** Archive and retention: what is where for how long, what is under hold, what is being brought back. */
export function Keeping() {
  const t = useT()
  const mayKeep = useCan('audit.keep')
  const found = useQuery(keepingQuery)
  const keeping = found.data
  return (
    <Section className="mt-10" title={t('keeping.title')}>
      <p className="mb-3 max-w-[72ch] text-xs text-ink-2">{t('keeping.lead')}</p>
      {keeping ? (
        <>
          <ArchiveState keeping={keeping} />
          <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-2">
            <RetentionSettings key={keeping.retention.version} retention={keeping.retention} mayKeep={mayKeep} />
            <PublicAddress mayKeep={mayKeep} />
            <Holds holds={keeping.holds} mayKeep={mayKeep} />
            <Restores keeping={keeping} mayKeep={mayKeep} />
          </div>
        </>
      ) : found.isError ? (
        <Failed what={t('keeping.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={4} height={36} />
      )}
    </Section>
  )
}
