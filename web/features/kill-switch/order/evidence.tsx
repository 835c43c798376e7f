import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ChevronRight } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { KilledAgent, KillOrder } from '../../../../worker/features/kill-switch/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot, type Tone } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/page.tsx'
import { Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { killedAgentsQuery } from '../queries.ts'
import { Steps } from './steps.tsx'

const tones: Record<KilledAgent['state'], Tone> = {
  ordered: 'busy',
  stopping: 'busy',
  stopped: 'good',
  failed: 'bad',
  broken: 'bad',
  recovering: 'busy',
  recovered: 'off',
  absent: 'off',
  held: 'warn',
}

/** Each agent under the order, with what was found at its gateway. */
export function Evidence({ order }: { order: KillOrder }) {
  const t = useT()
  const list = useInfiniteQuery(killedAgentsQuery(order.id, order.state))
  const agents = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('kill.evidence')}>
      {list.isPending ? (
        <Skeleton rows={3} />
      ) : list.isError && !list.data ? (
        <Failed what={t('kill.evidenceFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : agents.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('kill.noAgents')}</p>
      ) : (
        <ul className="hairlines">
          {agents.map((agent) => (
            <Killed key={`${agent.connectorId} ${agent.externalId}`} agent={agent} alone={agents.length === 1} />
          ))}
        </ul>
      )}
      <NextPage of={list} />
    </Section>
  )
}

function Killed({ agent, alone }: { agent: KilledAgent; alone: boolean }) {
  const t = useT()
  const locale = useLocale()
  const isTrouble = agent.state === 'failed' || agent.state === 'broken'
  return (
    <li>
      <details className="group" open={alone || isTrouble}>
        <summary className="flex min-h-11 cursor-pointer list-none flex-wrap items-center gap-x-3 gap-y-1 py-2 [&::-webkit-details-marker]:hidden">
          <ChevronRight size={15} aria-hidden className="shrink-0 text-ink-2 group-open:rotate-90" />
          <span className="min-w-0 flex-1 truncate font-medium">{agent.name}</span>
          {agent.abortedRuns > 0 ? (
            <span className="tnum text-2xs text-ink-2">
              {t('kill.aborted', {
                count: agent.abortedRuns,
                took: agent.abortedMs === null ? '—' : duration(locale, agent.abortedMs),
              })}
            </span>
          ) : null}
          {agent.confirmedMs === null ? null : (
            <span className="tnum text-2xs text-ink-2">{duration(locale, agent.confirmedMs)}</span>
          )}
          <Dot tone={tones[agent.state]}>{t(`kill.agentState.${agent.state}`)}</Dot>
        </summary>
        <div className="space-y-3 pb-4 pl-6">
          {agent.brokenCount > 0 && agent.brokenAt ? (
            <p className="rounded-md bg-critical-soft px-3 py-2 text-xs text-critical">
              {t('kill.reEnabledTimes', { count: agent.brokenCount })} <Ago at={agent.brokenAt} />
            </p>
          ) : null}
          {agent.steps.length > 0 ? (
            <Steps steps={agent.steps} />
          ) : (
            <p className="text-xs text-ink-2">{t('kill.noSteps')}</p>
          )}
          {agent.differs.length > 0 ? (
            <div className="rounded-md bg-medium-soft px-3 py-2 text-xs text-medium">
              <p className="font-medium">{t(agent.state === 'broken' ? 'kill.brokenAt' : 'kill.differs')}</p>
              <ul className="mt-1 space-y-0.5 font-mono text-2xs break-all">
                {agent.differs.map((path) => (
                  <li key={path}>{path}</li>
                ))}
              </ul>
            </div>
          ) : agent.state === 'recovered' ? (
            <p className="text-xs text-low">{t('kill.exact')}</p>
          ) : null}
          <p className="flex flex-wrap gap-x-4 gap-y-1 text-2xs text-ink-2">
            <span>{t(agent.isRefused ? 'kill.refusesRuns' : 'kill.onlyDenied')}</span>
            {agent.record ? (
              <span title={agent.record.entry}>
                {t('kill.record', { digest: agent.record.entry.slice(0, 12), jobs: agent.record.jobCount })}
              </span>
            ) : null}
            {agent.agentId ? (
              <Link to="/agents/$id" params={{ id: agent.agentId }} className="link">
                {t('kill.toAgent')}
              </Link>
            ) : null}
          </p>
        </div>
      </details>
    </li>
  )
}
