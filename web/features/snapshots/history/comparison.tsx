import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { ArrowLeftRight, ArrowRight, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Filter } from '../../../ui/field.tsx'
import { RiskTag } from '../../../ui/risk.tsx'
import { Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { DiffView } from '../diff/diff-view.tsx'
import { diffQuery, type End, liveDiffQuery, versionsQuery } from '../queries.ts'
import type { HistorySearch } from './place.ts'

/** Two versions, or one and what stands at the gateway, and everything that differs. */
export function Comparison(props: {
  agentId: string
  scope: SnapshotScope
  from: End
  to: End
  mayGoBack: boolean
  go: (search: HistorySearch) => void
}) {
  const t = useT()
  const { agentId, scope, from, to, go } = props
  const known = useInfiniteQuery(versionsQuery(agentId, scope)).data?.pages.flatMap(({ items }) => items) ?? []
  const newest = known[0]?.version ?? null
  const isFixed = from !== 'live' && to !== 'live'
  const fixed = useQuery({ ...diffQuery(agentId, scope, Number(from), Number(to)), enabled: isFixed })
  const live = useQuery({ ...liveDiffQuery(agentId, scope, from, to), enabled: !isFixed })
  const found = isFixed ? fixed : live
  const choose = (ends: { from?: string; to?: string }) => go({ from: String(from), to: String(to), ...ends })
  const numbers = [...new Set([...known.map(({ version }) => version), from, to])]
    .filter((end) => end !== 'live')
    .toSorted((a, b) => b - a)
  const select = (label: string, value: End, change: (end: string) => void) => (
    <Filter label={label} value={String(value)} onChange={(event) => change(event.target.value)}>
      <option value="live">{t('snapshots.live')}</option>
      {numbers.map((version) => (
        <option key={version} value={version}>
          {t('snapshots.version', { version })}
        </option>
      ))}
    </Filter>
  )
  return (
    <section aria-label={t('snapshots.comparison')}>
      <h2 className="sr-only">{t('snapshots.comparison')}</h2>
      <div className="mb-4 flex flex-wrap items-center gap-2">
        {select(t('snapshots.from'), from, (end) => choose({ from: end }))}
        <ArrowRight size={14} aria-hidden className="text-ink-3" />
        {select(t('snapshots.to'), to, (end) => choose({ to: end }))}
        <button
          type="button"
          className="btn btn-quiet btn-icon"
          aria-label={t('snapshots.swap')}
          onClick={() => choose({ from: String(to), to: String(from) })}
        >
          <ArrowLeftRight size={15} aria-hidden />
        </button>
        <span className="flex-1" />
        {found.data?.risk ? <RiskTag risk={found.data.risk} /> : null}
        {props.mayGoBack && from !== 'live' && from !== newest ? (
          <button type="button" className="btn" onClick={() => go({ rollback: String(from) })}>
            <Undo2 size={14} aria-hidden />
            {t('snapshots.goBackTo', { version: from })}
          </button>
        ) : null}
      </div>
      {found.data ? (
        <>
          {isFixed ? null : (
            <p className="mb-3 text-2xs text-ink-2">
              {t('snapshots.liveIs', { version: (from === 'live' ? found.data.from : found.data.to).version })}{' '}
              <Ago at={new Date(live.dataUpdatedAt).toISOString()} />
            </p>
          )}
          <DiffView changes={found.data.changes} />
        </>
      ) : found.isError ? (
        <Unanswered error={found.error} retry={() => void found.refetch()}>
          {!isFixed && newest !== null ? (
            <button
              type="button"
              className="btn"
              onClick={() => choose(from === 'live' ? { from: String(newest) } : { to: String(newest) })}
            >
              {t('snapshots.withNewest', { version: newest })}
            </button>
          ) : null}
        </Unanswered>
      ) : (
        <Skeleton rows={5} height={64} />
      )}
    </section>
  )
}

function Unanswered(props: { error: unknown; retry: () => void; children: ReactNode }) {
  const t = useT()
  const isAway = props.error instanceof ApiError && props.error.code === 'unavailable'
  if (!isAway) return <Failed what={t('snapshots.diffFailed')} error={props.error} retry={props.retry} />
  return (
    <div role="alert" className="space-y-3">
      <Note tone="warn">{t('snapshots.away')}</Note>
      <div className="flex flex-wrap gap-2">
        <button type="button" className="btn" onClick={props.retry}>
          {t('state.retry')}
        </button>
        {props.children}
      </div>
    </div>
  )
}
