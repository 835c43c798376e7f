import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plug } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { DashboardOverview } from '../../../worker/features/dashboard/contract.ts'
import { duration, number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan, useMe } from '../../session/queries.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Empty, Failed } from '../../ui/state.tsx'
import { useNow } from '../../use-now.ts'
import { SpendingPanel } from '../budgets/spending-panel.tsx'
import { Unwell } from '../health/unwell.tsx'
import { ActivityChart } from './activity-chart.tsx'
import { Feed, Figure, NeedsYou, Risky } from './panels.tsx'
import { overviewQuery } from './queries.ts'

const partOfDay = (now: number) => {
  const hour = new Date(now).getHours()
  return hour < 5 ? 'night' : hour < 11 ? 'morning' : hour < 14 ? 'noon' : hour < 18 ? 'afternoon' : 'evening'
}

/** What needs me, what is unhealthy, what happened. */
export function DashboardPage() {
  const t = useT()
  const me = useMe()
  const overview = useQuery(overviewQuery)
  const now = useNow()
  const data = overview.data
  const greeting = t(`dashboard.greeting.${partOfDay(now)}`, { name: me?.name ?? '' })
  const state = data
    ? data.connectors.total === 0
      ? t('dashboard.state.new')
      : t('dashboard.state.pending', { count: data.approvals.pending })
    : ''
  return (
    <Page title={`${greeting}${state}`}>
      {overview.isError && !data ? (
        <Failed what={t('dashboard.failed')} error={overview.error} retry={() => void overview.refetch()} />
      ) : !data ? (
        <Loading />
      ) : data.connectors.total === 0 ? (
        <Welcome />
      ) : (
        <Overview data={data} />
      )}
    </Page>
  )
}

function Overview({ data }: { data: DashboardOverview }) {
  const t = useT()
  const locale = useLocale()
  const { approvals, agents, connectors } = data
  const median = approvals.medianDecisionMs
  const allOnline = connectors.online === connectors.total
  return (
    <>
      <section
        aria-label={t('dashboard.strip')}
        className="grid grid-cols-2 rounded-lg border border-line bg-surface lg:grid-cols-4"
      >
        <Figure
          to="/approvals"
          name={t('dashboard.pending')}
          value={number(locale, approvals.pending)}
          tone={approvals.pending > 0 ? 'text-critical' : ''}
          below={t('dashboard.expiringSoon', { count: approvals.expiringSoon })}
        />
        <Figure
          to="/approvals"
          name={t('dashboard.decided')}
          value={number(locale, approvals.decided24h)}
          below={
            median === null
              ? t('dashboard.noDecision')
              : t('dashboard.rejectedAndMedian', { count: approvals.rejected24h, time: duration(locale, median) })
          }
        />
        <Figure
          to="/agents"
          name={t('dashboard.agents')}
          value={number(locale, agents.active)}
          below={t('dashboard.agentStates', {
            running: agents.running,
            waiting: agents.waiting,
            unknown: agents.unknown,
          })}
        />
        <Figure
          to="/connectors"
          name={t('dashboard.connectors')}
          value={`${number(locale, connectors.online)}/${number(locale, connectors.total)}`}
          tone={allOnline ? '' : 'text-high'}
          below={
            allOnline
              ? t('dashboard.allOnline')
              : t('dashboard.notOnline', { count: connectors.total - connectors.online })
          }
        />
      </section>
      <div className="mt-8 flex flex-col gap-9 lg:grid lg:grid-cols-[minmax(0,1fr)_minmax(0,360px)] lg:gap-x-10">
        <div className="space-y-9 max-lg:contents">
          <Section title={t('dashboard.chart.title')} className="min-w-0 max-lg:order-2">
            <ActivityChart activity={data.activity} />
          </Section>
          <Risky data={data} />
        </div>
        <div className="space-y-9 max-lg:contents">
          <NeedsYou data={data} />
          <Unwell health={data.health} />
          <SpendingPanel />
          <Feed />
        </div>
      </div>
    </>
  )
}

const Loading = () => (
  <div aria-busy="true">
    <div className="h-[114px] animate-pulse rounded-lg border border-line bg-surface max-lg:h-[228px]" />
    <div className="mt-8 grid gap-10 lg:grid-cols-[1fr_360px]">
      <div className="h-60 animate-pulse rounded-lg bg-sunken" />
      <div className="h-60 animate-pulse rounded-lg bg-sunken max-lg:hidden" />
    </div>
  </div>
)

function Welcome() {
  const t = useT()
  const may = useCan('connectors.write')
  return (
    <>
      <Empty
        icon={<Plug size={20} strokeWidth={1.75} aria-hidden />}
        title={t('dashboard.welcome.title')}
        body={t('dashboard.welcome.body')}
      >
        {may ? (
          <Link to="/connectors/new" className="btn btn-primary">
            {t('connectors.add')}
          </Link>
        ) : (
          <p className="text-xs text-ink-2">{t('connectors.mayNot')}</p>
        )}
      </Empty>
      <ol className="mx-auto grid max-w-3xl gap-x-8 gap-y-5 border-t border-line pt-6 md:grid-cols-3">
        {(['connect', 'see', 'decide'] as const).map((step, index) => (
          <li key={step}>
            <p className="font-mono text-2xs text-ink-3">{index + 1}</p>
            <p className="mt-1 font-medium">{t(`dashboard.welcome.${step}.title`)}</p>
            <p className="mt-0.5 text-xs text-ink-2">{t(`dashboard.welcome.${step}.body`)}</p>
          </li>
        ))}
      </ol>
    </>
  )
}
