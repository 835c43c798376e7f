import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useT } from '../../i18n/use-t.ts'
import { useLive } from '../../live.ts'
import { useCan } from '../../session/queries.ts'
import { Chip } from '../../ui/badge.tsx'
import { Fact, Facts, Mono, Page, Section } from '../../ui/page.tsx'
import { RiskGlyph } from '../../ui/risk.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { Ago, Countdown } from '../../ui/time.tsx'
import { headline } from '../approvals/inbox.ts'
import { agentApprovalsQuery } from '../approvals/queries.ts'
import { approvalTitle } from '../approvals/title.ts'
import { EventList } from '../audit/event-list.tsx'
import { useNames } from '../audit/names.ts'
import { eventsQuery, isChosen, mergeEntries } from '../audit/queries.ts'
import { AgentState } from './agent-state.tsx'
import { agentQuery } from './queries.ts'

export function AgentPage() {
  const t = useT()
  const { id } = useParams({ from: '/room/agents/$id' })
  const found = useQuery(agentQuery(id))
  const agent = found.data
  if (found.isError && !agent)
    return (
      <Page title={t('nav.agents')}>
        <Failed what={t('agents.oneFailed')} error={found.error} retry={() => void found.refetch()} />
      </Page>
    )
  if (!agent)
    return (
      <Page title={t('nav.agents')}>
        <Skeleton rows={6} height={44} />
      </Page>
    )
  return (
    <Page
      title={agent.name}
      lead={
        <span className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <AgentState agent={agent} />
          {agent.isDefault ? <Chip>{t('agents.default')}</Chip> : null}
          <code className="font-mono text-2xs break-all">{agent.externalId}</code>
        </span>
      }
    >
      <Facts>
        <Fact name={t('agents.column.connector')}>
          <Link to="/connectors/$id" params={{ id: agent.connectorId }} className="link">
            {agent.connectorName}
          </Link>
        </Fact>
        <Fact name={t('agents.runtime')}>OpenClaw</Fact>
        <Fact name={t('agents.column.model')}>{agent.model ? <Mono>{agent.model}</Mono> : t('state.none')}</Fact>
        <Fact name={t('agents.toolsProfile')}>
          {agent.toolsProfile ? <Mono>{agent.toolsProfile}</Mono> : t('state.none')}
        </Fact>
        <Fact name={t('agents.workspace')} full>
          {agent.workspace ? <Mono>{agent.workspace}</Mono> : t('state.none')}
        </Fact>
        <Fact name={t('agents.column.lastActive')}>
          {agent.lastActiveAt ? <Ago at={agent.lastActiveAt} /> : t('agents.never')}
        </Fact>
        <Fact name={t('agents.lastSeen')}>
          <Ago at={agent.lastSeenAt} />
        </Fact>
        <Fact name={t('agents.firstSeen')}>
          <Ago at={agent.firstSeenAt} />
        </Fact>
        <Fact name={t('agents.id')}>
          <Mono>{agent.id}</Mono>
        </Fact>
      </Facts>
      <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,360px)]">
        <RecentEvents agentId={agent.id} />
        <PendingApprovals agentId={agent.id} />
      </div>
    </Page>
  )
}

function PendingApprovals({ agentId }: { agentId: string }) {
  const t = useT()
  const list = useQuery(agentApprovalsQuery(agentId))
  const waiting = list.data?.items.filter((one) => one.state === 'pending') ?? []
  return (
    <Section title={t('agents.pendingTitle')} className="max-lg:order-first">
      {list.isPending ? (
        <Skeleton rows={2} height={52} />
      ) : list.isError ? (
        <Failed what={t('agents.pendingFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : waiting.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('agents.nothingPending')}</p>
      ) : (
        <ul className="hairlines">
          {waiting.map((one) => (
            <li key={one.id}>
              <Link
                to="/approvals"
                search={{ id: one.id }}
                className="-mx-2 flex items-start gap-3 rounded-md px-2 py-2.5 hover:bg-sunken"
              >
                <span className="flex pt-1">
                  <RiskGlyph risk={one.risk} />
                </span>
                <span className="min-w-0 flex-1">
                  <span className="block leading-snug">{approvalTitle(t, one)}</span>
                  <code className="block truncate font-mono text-2xs text-ink-2">{headline(one)}</code>
                </span>
                <span className="text-2xs text-ink-2">
                  <Countdown at={one.expiresAt} />
                </span>
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Section>
  )
}

function RecentEvents({ agentId }: { agentId: string }) {
  const t = useT()
  const mayRead = useCan('audit.read')
  const recorded = useInfiniteQuery({ ...eventsQuery({ agentId }, 30), enabled: mayRead })
  const live = useLive().entries.filter((entry) => isChosen(entry, { agentId }))
  const names = useNames()
  const entries = mergeEntries(live, recorded.data?.pages.flatMap((page) => page.items) ?? [])
  return (
    <Section
      title={t('agents.eventsTitle')}
      aside={
        <Link to="/activity" search={{ agent: agentId }} className="aside-link">
          {t('agents.allEvents')}
        </Link>
      }
    >
      {entries.length > 0 ? (
        <EventList entries={entries.slice(0, 60)} names={names} label={t('agents.eventsTitle')} />
      ) : mayRead && recorded.isPending ? (
        <Skeleton rows={8} height={38} />
      ) : recorded.isError ? (
        <Failed what={t('activity.failed')} error={recorded.error} retry={() => void recorded.refetch()} />
      ) : (
        <p className="border-y border-line py-3 text-ink-2">{t('agents.noEvents')}</p>
      )}
    </Section>
  )
}
