import { useQuery } from '@tanstack/react-query'
import { GitCompareArrows, Undo2 } from 'lucide-react'
import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Fact, Facts, Mono, Section } from '../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { versionQuery } from '../queries.ts'
import { Content } from './content.tsx'
import type { HistorySearch } from './place.ts'
import { why } from './why.ts'

/** One version as a whole. */
export function VersionContent(props: {
  agentId: string
  scope: SnapshotScope
  version: number
  mayGoBack: boolean
  go: (search: HistorySearch) => void
}) {
  const t = useT()
  const { version, go } = props
  const found = useQuery(versionQuery(props.agentId, props.scope, version))
  const one = found.data
  if (!one)
    return found.isError ? (
      <Failed what={t('snapshots.versionFailed', { version })} error={found.error} retry={() => void found.refetch()} />
    ) : (
      <Skeleton rows={6} height={40} />
    )
  return (
    <Section
      title={t('snapshots.version', { version })}
      aside={
        <span className="flex flex-wrap justify-end gap-2">
          <button type="button" className="btn" onClick={() => go({ from: String(version), to: 'live' })}>
            <GitCompareArrows size={14} aria-hidden />
            {t('snapshots.withLive')}
          </button>
          {props.mayGoBack ? (
            <button type="button" className="btn" onClick={() => go({ rollback: String(version) })}>
              <Undo2 size={14} aria-hidden />
              {t('snapshots.goBack')}
            </button>
          ) : null}
        </span>
      }
    >
      <Facts>
        <Fact name={t('snapshots.why')}>{why(t, one)}</Fact>
        <Fact name={t('snapshots.who')}>{one.author?.name ?? t('snapshots.nobody')}</Fact>
        <Fact name={t('snapshots.when')}>
          <Ago at={one.at} />
        </Fact>
        <Fact name={t('snapshots.hash')}>
          <Mono>{one.hash}</Mono>
        </Fact>
      </Facts>
      <div className="mt-4">
        <Content content={one.content} scope={props.scope} />
      </div>
    </Section>
  )
}
