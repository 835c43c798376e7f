import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../../../i18n/use-t.ts'
import { useLive } from '../../../../live.ts'
import { useCan } from '../../../../session/queries.ts'
import { Section } from '../../../../ui/page.tsx'
import { RiskGlyph } from '../../../../ui/risk.tsx'
import { Failed, Skeleton } from '../../../../ui/state.tsx'
import { Countdown } from '../../../../ui/time.tsx'
import { headline } from '../../../approvals/inbox.ts'
import { agentApprovalsQuery } from '../../../approvals/queries.ts'
import { approvalTitle } from '../../../approvals/title.ts'
import { EventList } from '../../../audit/event-list.tsx'
import { useNames } from '../../../audit/names.ts'
import { eventsQuery, isChosen, mergeEntries } from '../../../audit/queries.ts'

/** What of this agent waits for a person. */
export function PendingApprovals({ agentId }: { agentId: string }) {
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

/** What was told of this agent lately, kept current. */
export function RecentEvents({ agentId }: { agentId: string }) {
  const t = useT()
  const mayRead = useCan('audit.read')
  const recorded = useInfiniteQuery({ ...eventsQuery({ agentId }, 30), enabled: mayRead })
  const live = useLive().entries.filter((entry) => isChosen(entry, { agentId }))
  const names = useNames([agentId])
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
