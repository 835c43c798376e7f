import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { Activity, ArrowUp } from 'lucide-react'
import { type RefObject, useEffect, useRef, useState } from 'react'
import { risks } from '../../../worker/platform/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useLive } from '../../live.ts'
import { capabilitiesQuery } from '../../session/queries.ts'
import { Filter } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, NextPage, Note, Skeleton } from '../../ui/state.tsx'
import { AgentSelect } from '../agents/agent-select.tsx'
import { EventList } from '../audit/event-list.tsx'
import { agentsOf, useNames } from '../audit/names.ts'
import { eventsQuery, isChosen, mergeEntries } from '../audit/queries.ts'

const areas = ['approval', 'run', 'tool', 'model', 'agent', 'connector', 'gateway', 'user', 'member', 'access'] as const
const riskChoices = ['critical', 'high,critical', 'medium,high,critical'] as const

/** Everything that happens, as it happens, above what has been recorded. */
export function ActivityPage() {
  const t = useT()
  const { agent, type, risk } = useSearch({ from: '/room/activity' })
  const navigate = useNavigate()
  const choice = { agentId: agent, type, risk }
  const mine = useQuery(capabilitiesQuery).data
  const mayRead = mine?.capabilities.includes('audit.read') ?? false
  const recorded = useInfiniteQuery({ ...eventsQuery(choice), enabled: mayRead })
  const live = useLive()
  const top = useRef<HTMLDivElement>(null)
  const pausedAt = usePausedAt(top, live.entries[0]?.seq ?? 0)

  const chosenLive = live.entries.filter((entry) => isChosen(entry, choice))
  const waiting = pausedAt === null ? [] : chosenLive.filter((entry) => entry.seq > pausedAt)
  const shownLive = pausedAt === null ? chosenLive : chosenLive.filter((entry) => entry.seq <= pausedAt)
  const entries = mergeEntries(shownLive, recorded.data?.pages.flatMap((page) => page.items) ?? [])

  const names = useNames(agentsOf(entries))

  const choose = (change: { agent?: string; type?: string; risk?: string }) =>
    void navigate({ to: '/activity', search: (before) => ({ ...before, ...change }), replace: true })
  const filtered = Boolean(agent || type || risk)

  return (
    <Page title={t('activity.title')} lead={t('activity.lead')}>
      <div ref={top} />
      <div className="mb-4 flex flex-wrap items-center gap-2">
        <AgentSelect
          label={t('activity.filter.agent')}
          none={t('activity.filter.allAgents')}
          value={agent ?? ''}
          choose={(id) => choose({ agent: id })}
        />
        <Filter label={t('activity.filter.type')} value={type ?? ''} onChange={(e) => choose({ type: e.target.value })}>
          <option value="">{t('activity.filter.allTypes')}</option>
          {areas.map((area) => (
            <option key={area} value={`${area}.`}>
              {t(`activity.area.${area}`)}
            </option>
          ))}
        </Filter>
        <Filter label={t('activity.filter.risk')} value={risk ?? ''} onChange={(e) => choose({ risk: e.target.value })}>
          <option value="">{t('activity.filter.allRisks')}</option>
          {riskChoices.map((one) => (
            <option key={one} value={one}>
              {one === 'critical'
                ? t('risk.critical')
                : t('activity.filter.from', { risk: t(`risk.${lowestOf(one)}`) })}
            </option>
          ))}
        </Filter>
        {filtered ? (
          <button
            type="button"
            className="btn btn-quiet"
            onClick={() => void navigate({ to: '/activity', search: {} })}
          >
            {t('activity.filter.clear')}
          </button>
        ) : null}
      </div>
      {waiting.length > 0 ? (
        <div className="sticky top-3 z-20 h-0 text-center">
          <button
            type="button"
            className="btn rounded-full shadow-[var(--lift)]"
            onClick={() => top.current?.closest('main')?.scrollTo({ top: 0 })}
          >
            <ArrowUp size={14} aria-hidden />
            {t('activity.waiting', { count: waiting.length })}
          </button>
        </div>
      ) : null}
      {mine && !mayRead ? (
        <div className="mb-4">
          <Note>{t('activity.liveOnly')}</Note>
        </div>
      ) : null}
      {entries.length === 0 && mayRead && recorded.isPending ? (
        <Skeleton rows={12} height={38} />
      ) : entries.length === 0 && recorded.isError ? (
        <Failed what={t('activity.failed')} error={recorded.error} retry={() => void recorded.refetch()} />
      ) : entries.length === 0 ? (
        <Empty
          icon={<Activity size={20} strokeWidth={1.75} aria-hidden />}
          title={filtered ? t('activity.empty.filtered') : t('activity.empty.title')}
          body={filtered ? t('activity.empty.filteredBody') : t('activity.empty.body')}
        />
      ) : (
        <>
          <EventList entries={entries} names={names} label={t('activity.title')} />
          {recorded.hasNextPage ? (
            <NextPage of={recorded} isOlder />
          ) : mayRead ? (
            <p className="py-4 text-center text-2xs text-ink-3">{t('activity.beginning')}</p>
          ) : null}
        </>
      )}
    </Page>
  )
}

const lowestOf = (choice: string) => risks.find((risk) => choice.split(',').includes(risk)) ?? 'low'

/** The newest sequence number when the reader scrolled away from the top; null while at the top. */
const usePausedAt = (top: RefObject<HTMLDivElement | null>, newest: number) => {
  const [pausedAt, setPausedAt] = useState<number | null>(null)
  const current = useRef(newest)
  current.current = newest
  useEffect(() => {
    const scroller = top.current?.closest('main')
    if (!scroller) return
    const onScroll = () => setPausedAt((before) => (scroller.scrollTop < 80 ? null : (before ?? current.current)))
    scroller.addEventListener('scroll', onScroll, { passive: true })
    return () => scroller.removeEventListener('scroll', onScroll)
  }, [top])
  return pausedAt
}
