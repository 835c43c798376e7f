import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { ScrollText } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useLocale } from 'use-intl'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useLive } from '../../../live.ts'
import { useTitle } from '../../../ui/page.tsx'
import { Empty, Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { AuditGate } from '../audit-gate.tsx'
import { agentsOf, useNames } from '../names.ts'
import { isChosen } from '../queries.ts'
import { AuditActions } from './actions.tsx'
import { EventTable } from './event-table.tsx'
import { type FilterName, filterOf, isFiltered, orderOf } from './filter.ts'
import { Filters } from './filters.tsx'
import { countQuery, searchQuery } from './queries.ts'
import { SavedMenu } from './saved-menu.tsx'
import { useFilters } from './use-filters.ts'

/** The audit sequence: searched, counted, and as long as somebody keeps scrolling. */
export function AuditPage() {
  const t = useT()
  useTitle(t('audit.title'))
  return (
    <AuditGate title={t('audit.title')}>
      <AuditRoom />
    </AuditGate>
  )
}

function AuditRoom() {
  const t = useT()
  const search = useSearch({ from: '/room/audit' })
  const { filter, unreadable } = useMemo(() => filterOf(search), [search])
  const order = orderOf(search)
  const keyword = useRef<HTMLInputElement>(null)
  const found = useInfiniteQuery(searchQuery(filter, order))
  const entries = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data])
  const names = useNames([...agentsOf(entries), search.agent, search.target])
  const newer = useNewer(found.data?.pages[0], search.q ? null : filter, order)
  const { clear } = useFilters()
  const { generation, reload } = useReload()
  const archivedBefore = found.data?.pages.at(-1)?.archivedBefore ?? null
  return (
    <div className="flex h-full flex-col">
      <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-2 px-4 pt-3 pb-2.5">
        <h1 className="text-lg font-semibold">{t('audit.title')}</h1>
        <Count />
        <span className="flex-1" />
        <SavedMenu search={search} />
        <AuditActions />
      </header>
      <Filters search={search} keyword={keyword} names={names} />
      {unreadable.length > 0 ? <Unreadable names={unreadable} /> : null}
      {found.isPending ? (
        <div className="px-4">
          <Skeleton rows={16} height={34} />
        </div>
      ) : found.isError && entries.length === 0 ? (
        <Failed what={t('audit.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : entries.length === 0 ? (
        <>
          {newer ? <NewerBar {...newer} show={reload} /> : null}
          <Empty
            icon={<ScrollText size={20} strokeWidth={1.75} aria-hidden />}
            title={t(isFiltered(search) ? 'audit.empty.filtered' : 'audit.empty.title')}
            body={t(isFiltered(search) ? 'audit.empty.filteredBody' : 'audit.empty.body')}
          >
            {isFiltered(search) ? (
              <button type="button" className="btn" onClick={clear}>
                {t('audit.filter.clear')}
              </button>
            ) : null}
          </Empty>
        </>
      ) : (
        <EventTable
          key={JSON.stringify([filter, order, generation])}
          entries={entries}
          names={names}
          focusKeyword={() => keyword.current?.focus()}
          isStale={found.isPlaceholderData}
          more={
            found.hasNextPage
              ? { load: () => void found.fetchNextPage(), isLoading: found.isFetchingNextPage, error: found.error }
              : null
          }
          above={newer ? <NewerBar {...newer} show={reload} /> : null}
        />
      )}
      {archivedBefore !== null && (order === 'oldest' || !found.hasNextPage) ? (
        <Archived before={archivedBefore} />
      ) : null}
    </div>
  )
}

/** How many events the stream has told since the newest page was found; without a filter when only the server can judge. */
const useNewer = (
  newest: { items: readonly { seq: number }[]; knownSeq: number } | undefined,
  filter: ReturnType<typeof filterOf>['filter'] | null,
  order: 'newest' | 'oldest',
) => {
  const { entries } = useLive()
  if (!newest || order === 'oldest') return null
  const head = Math.max(newest.knownSeq, newest.items[0]?.seq ?? 0)
  const count = entries.filter((entry) => entry.seq > head && (filter === null || isChosen(entry, filter))).length
  return count === 0 ? null : { count, isCertain: filter !== null }
}

/** Searches anew and begins at the top. */
const useReload = () => {
  const queryClient = useQueryClient()
  const [generation, setGeneration] = useState(0)
  const reload = () => {
    setGeneration(generation + 1)
    void queryClient.resetQueries({ queryKey: ['audit-search'] })
    void queryClient.resetQueries({ queryKey: ['audit-count'] })
  }
  return { generation, reload }
}

/** Search does not look into the archive: it says where older events are. */
function Archived({ before }: { before: number }) {
  const t = useT()
  const locale = useLocale()
  return (
    <p className="shrink-0 border-t border-line bg-sunken px-4 py-1.5 text-xs text-ink-2">
      {t.rich('audit.archived', {
        seq: number(locale, before),
        link: (chunks) => (
          <Link to="/audit/integrity" className="link">
            {chunks}
          </Link>
        ),
      })}
    </p>
  )
}

function NewerBar({ count, isCertain, show }: { count: number; isCertain: boolean; show: () => void }) {
  const t = useT()
  return (
    <button
      type="button"
      onClick={show}
      className="block h-8 w-full shrink-0 border-b border-line bg-accent-soft text-center text-xs font-medium text-accent hover:brightness-97 max-md:h-11"
    >
      <span role="status">{isCertain ? t('audit.newer', { count }) : t('audit.newerPerhaps')}</span>
    </button>
  )
}

function Count() {
  const t = useT()
  const locale = useLocale()
  const search = useSearch({ from: '/room/audit' })
  const { data } = useQuery(countQuery(filterOf(search).filter))
  return (
    <p role="status" className="tnum min-h-5 text-xs text-ink-2">
      {data ? t(data.isExact ? 'audit.count' : 'audit.countAbout', { count: rounded(locale, data) }) : ''}
    </p>
  )
}

/** An estimate has two figures and no more. */
const rounded = (locale: string, { count, isExact }: { count: number; isExact: boolean }) =>
  isExact ? number(locale, count) : new Intl.NumberFormat(locale, { maximumSignificantDigits: 2 }).format(count)

function Unreadable({ names }: { names: readonly FilterName[] }) {
  const t = useT()
  return (
    <div className="px-4 pb-2.5">
      <Note tone="warn">
        {t('audit.unreadable', { names: names.map((name) => t(`audit.filter.${name}`)).join(t('state.comma')) })}
      </Note>
    </div>
  )
}
