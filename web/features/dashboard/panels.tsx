import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ArrowRight, CalendarClock, Plug } from 'lucide-react'
import type { ReactNode } from 'react'
import type { DashboardOverview } from '../../../worker/features/dashboard/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useLive } from '../../live.ts'
import { useCan } from '../../session/queries.ts'
import { Section } from '../../ui/page.tsx'
import { RiskGlyph, riskText } from '../../ui/risk.tsx'
import { Ago, Countdown } from '../../ui/time.tsx'
import { headline } from '../approvals/inbox.ts'
import { approvalTitle } from '../approvals/title.ts'
import { whomText } from '../approvals/whom.ts'
import { EventList } from '../audit/event-list.tsx'
import { agentsOf, useNames } from '../audit/names.ts'
import { eventsQuery, mergeEntries } from '../audit/queries.ts'
import { ConnectorState } from '../connectors/connector-state.tsx'
import { jobsQuery } from '../cron/queries.ts'
import { driftedQuery } from '../snapshots/drift/queries.ts'

/** The lists of jobs and of drift have the rest. */
const failingMax = 5
const driftedMax = 5

export function Figure(props: {
  to: '/approvals' | '/agents' | '/connectors'
  name: string
  value: string
  below: string
  tone?: string
}) {
  return (
    <Link
      to={props.to}
      className="group border-line px-4 py-4 hover:bg-sunken max-lg:odd:border-r max-lg:nth-[-n+2]:border-b md:px-5 lg:not-last:border-r"
    >
      <p className="text-xs text-ink-2">{props.name}</p>
      <p className={`tnum mt-1 text-2xl font-semibold tracking-tight ${props.tone ?? ''}`}>{props.value}</p>
      <p className="tnum mt-1.5 text-2xs text-ink-2">{props.below}</p>
    </Link>
  )
}

export function NeedsYou({ data }: { data: DashboardOverview }) {
  const t = useT()
  const failing = useInfiniteQuery(jobsQuery({ failing: 'true' })).data?.pages[0]?.items.slice(0, failingMax) ?? []
  const mayRead = useCan('agents.read')
  const drift = useInfiniteQuery({ ...driftedQuery({}), enabled: mayRead }).data?.pages.flatMap(({ items }) => items)
  const drifted = drift?.slice(0, driftedMax) ?? []
  const { urgent } = data.approvals
  const { attention } = data.connectors
  return (
    <Section title={t('dashboard.needsYou')} className="max-lg:order-1">
      {urgent.length + attention.length + failing.length + drifted.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('dashboard.nothingNeedsYou')}</p>
      ) : (
        <ul className="hairlines">
          {urgent.map((one) => (
            <li key={one.id}>
              <Need
                link={
                  <Link
                    to="/approvals"
                    search={{ id: one.id }}
                    className="absolute inset-0 rounded-md"
                    aria-label={approvalTitle(t, one)}
                  />
                }
                glyph={<RiskGlyph risk={one.risk} />}
                title={approvalTitle(t, one)}
                below={
                  <>
                    <code className="block truncate font-mono">{headline(one)}</code>
                    {whomText(t, one)}
                  </>
                }
                aside={
                  <span className={`text-2xs font-medium ${riskText[one.risk]}`}>
                    <Countdown at={one.expiresAt} />
                  </span>
                }
              />
            </li>
          ))}
          {failing.map((job) => (
            <li key={job.id}>
              <Need
                link={
                  <Link
                    to="/cron/$id"
                    params={{ id: job.id }}
                    className="absolute inset-0 rounded-md"
                    aria-label={job.name}
                  />
                }
                glyph={<CalendarClock size={14} aria-hidden className="text-critical" />}
                title={job.name}
                below={
                  <>
                    {t('dashboard.cronFailing', { count: job.consecutiveFailures })}
                    {job.agentName ? ` · ${job.agentName}` : ''}
                  </>
                }
                aside={<ArrowRight size={14} aria-hidden className="mt-1 text-ink-3" />}
              />
            </li>
          ))}
          {drifted.map((one) => (
            <li key={`${one.agentId} ${one.scope}`}>
              <Need
                link={
                  <Link
                    to="/agents/$id/history"
                    params={{ id: one.agentId }}
                    search={{ scope: one.scope, from: String(one.trusted), to: String(one.newest) }}
                    className="absolute inset-0 rounded-md"
                    aria-label={one.agentName}
                  />
                }
                glyph={<RiskGlyph risk={one.risk} />}
                title={one.agentName}
                below={t('dashboard.drifted', { scope: one.scope, count: one.changes })}
                aside={
                  <span className="text-2xs text-ink-2">
                    <Ago at={one.since} />
                  </span>
                }
              />
            </li>
          ))}
          {attention.map((one) => (
            <li key={one.id}>
              <Need
                link={
                  <Link
                    to="/connectors/$id"
                    params={{ id: one.id }}
                    className="absolute inset-0 rounded-md"
                    aria-label={one.name}
                  />
                }
                glyph={<Plug size={14} aria-hidden className="text-ink-2" />}
                title={one.name}
                below={<ConnectorState connector={one} />}
                aside={<ArrowRight size={14} aria-hidden className="mt-1 text-ink-3" />}
              />
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

const Need = (props: { link: ReactNode; glyph: ReactNode; title: string; below: ReactNode; aside: ReactNode }) => (
  <div className="relative -mx-2 flex items-start gap-3 rounded-md px-2 py-2.5 hover:bg-sunken">
    {props.link}
    <span className="flex pt-1">{props.glyph}</span>
    <div className="min-w-0 flex-1">
      <p className="leading-snug">{props.title}</p>
      <div className="mt-0.5 text-2xs text-ink-2">{props.below}</div>
    </div>
    {props.aside}
  </div>
)

export function Risky({ data }: { data: DashboardOverview }) {
  const t = useT()
  const names = useNames(agentsOf(data.risky))
  return (
    <Section
      title={t('dashboard.risky')}
      className="min-w-0 max-lg:order-3"
      aside={
        <Link to="/activity" search={{ risk: 'high,critical' }} className="aside-link">
          {t('dashboard.all')}
        </Link>
      }
    >
      {data.risky.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('dashboard.noRisky')}</p>
      ) : (
        <EventList entries={data.risky} names={names} label={t('dashboard.risky')} />
      )}
    </Section>
  )
}

export function Feed() {
  const t = useT()
  const mayRead = useCan('audit.read')
  const recorded = useInfiniteQuery({ ...eventsQuery({}, 20), enabled: mayRead }).data?.pages[0]?.items ?? []
  const entries = mergeEntries(useLive().entries, recorded).slice(0, 8)
  const names = useNames(agentsOf(entries))
  return (
    <Section
      title={t('dashboard.feed')}
      className="max-lg:order-4"
      aside={
        <Link to="/activity" className="aside-link">
          {t('dashboard.all')}
        </Link>
      }
    >
      {entries.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('dashboard.quiet')}</p>
      ) : (
        <EventList entries={entries} names={names} label={t('dashboard.feed')} compact />
      )}
    </Section>
  )
}
