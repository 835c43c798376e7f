import { useInfiniteQuery } from '@tanstack/react-query'
import { useLocale } from 'use-intl'
import type { Artifact } from '../../../../worker/features/artifacts/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { bytes } from '../bytes.ts'
import { drillsQuery } from '../queries.ts'
import { DrillState } from '../states.tsx'

/** Each time that its connector opened it, and what it found. */
export function Drills({ artifact }: { artifact: Artifact }) {
  const t = useT()
  const locale = useLocale()
  const list = useInfiniteQuery(drillsQuery(artifact.id))
  const drills = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('backups.drills')}>
      {list.isPending ? (
        <Skeleton rows={1} height={44} />
      ) : list.isError && !list.data ? (
        <Failed what={t('backups.drillsFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : drills.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('backups.noDrills')}</p>
      ) : (
        <ul className="hairlines">
          {drills.map((drill) => (
            <li key={drill.id} className="flex min-h-11 flex-wrap items-center gap-x-4 gap-y-1 py-2">
              <span className="min-w-32 flex-1">
                <DrillState state={drill.state} />
              </span>
              {drill.entries !== null && drill.bytes !== null && drill.durationMs !== null ? (
                <span className="tnum text-xs text-ink-2">
                  {t('backups.drillRead', {
                    entries: drill.entries,
                    size: bytes(locale, drill.bytes),
                    time: duration(locale, drill.durationMs),
                  })}
                </span>
              ) : null}
              <span className="text-2xs text-ink-2 sm:w-24 sm:text-right">
                <Ago at={drill.endedAt ?? drill.orderedAt} />
              </span>
              {drill.state === 'failed' && drill.detail ? (
                <p className="basis-full text-2xs text-critical">{drill.detail}</p>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <NextPage of={list} isOlder />
    </Section>
  )
}
