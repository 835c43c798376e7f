import { useQuery } from '@tanstack/react-query'
import { useLocale } from 'use-intl'
import type { RunFigures } from '../../../worker/features/health/contract.ts'
import { duration, number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Fact, Facts, Section } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { useAgent } from '../agents/tabs/agent-context.ts'
import { HealthHistory } from './health-history.tsx'
import { agentHealthQuery } from './queries.ts'
import { Standing } from './standing.tsx'

/** How well an agent is, by what that is judged, and how it was. */
export function AgentHealthTab() {
  const t = useT()
  const agent = useAgent()
  const found = useQuery(agentHealthQuery(agent.id))
  const health = found.data
  if (!health)
    return found.isError ? (
      <Failed what={t('health.readFailed')} error={found.error} retry={() => void found.refetch()} />
    ) : (
      <Skeleton rows={6} height={44} />
    )
  return (
    <div className="grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,400px)]">
      <div className="space-y-8">
        <Section title={t('health.title')}>
          <Standing health={health} />
        </Section>
        <HealthHistory history={health.history.items} bornAt={agent.firstSeenAt} namesWhose />
      </div>
      <Section title={t('health.figures.title')}>
        {health.figures ? (
          <Figures figures={health.figures} />
        ) : (
          <p className="border-y border-line py-3 text-ink-2">{t('health.figures.none')}</p>
        )}
        <p className="mt-2 text-2xs text-ink-2">{t('health.figures.how')}</p>
      </Section>
    </div>
  )
}

function Figures({ figures: { runs, failed, medianMs, usualMs, windowMinutes } }: { figures: RunFigures }) {
  const t = useT()
  const locale = useLocale()
  const time = (ms: number | null) =>
    ms === null ? <span className="text-ink-2">{t('health.figures.tooFew')}</span> : duration(locale, ms)
  return (
    <Facts>
      <Fact name={t('health.figures.runs', { minutes: windowMinutes })} full>
        <span className="tnum">{number(locale, runs)}</span>
      </Fact>
      <Fact name={t('health.figures.failed')} full>
        <span className={`tnum ${failed > 0 ? 'text-high' : ''}`}>
          {number(locale, failed)}
          {runs > 0 ? ` · ${Math.round((failed / runs) * 100)}%` : ''}
        </span>
      </Fact>
      <Fact name={t('health.figures.median')} full>
        <span className="tnum">{time(medianMs)}</span>
      </Fact>
      <Fact name={t('health.figures.usual')} full>
        <span className="tnum">{time(usualMs)}</span>
      </Fact>
    </Facts>
  )
}
