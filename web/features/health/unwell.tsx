import { Link } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { HealthAtAGlance } from '../../../worker/features/health/contract.ts'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { Ago } from '../../ui/time.tsx'
import { HealthDot } from './health-dot.tsx'

/** What is unhealthy: how many agents, why, and those that are degraded. Offline ones are told by their connector. */
export function Unwell({ health }: { health: HealthAtAGlance }) {
  const t = useT()
  const locale = useLocale()
  const { degraded, offline, healthy, causes, degradedAgents } = health
  if (healthy + degraded + offline === 0) return null
  return (
    <Section
      title={t('health.unwell.title')}
      className="max-lg:order-2"
      aside={
        <Link to="/agents" search={{ health: degraded > 0 ? 'degraded' : 'offline' }} className="aside-link">
          {t('dashboard.all')}
        </Link>
      }
    >
      {degraded + offline === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('health.unwell.none')}</p>
      ) : (
        <>
          <p className="tnum mb-2 text-xs text-ink-2">
            {t('health.unwell.counts', { degraded, offline })}
            {causes.length > 0
              ? ` · ${causes.map(({ cause, agents }) => `${t(`wellness.cause.${cause}`)} ${number(locale, agents)}`).join(t('state.comma'))}`
              : null}
          </p>
          {degradedAgents.length > 0 ? (
            <ul className="hairlines">
              {degradedAgents.map((agent) => (
                <li key={agent.id}>
                  <Link
                    to="/agents/$id/health"
                    params={{ id: agent.id }}
                    className="-mx-2 flex flex-wrap items-center gap-x-3 gap-y-0.5 rounded-md px-2 py-2.5 hover:bg-sunken"
                  >
                    <span className="min-w-0 flex-1 truncate font-medium">{agent.name}</span>
                    {agent.since ? <Ago at={agent.since} className="text-2xs text-ink-2" /> : null}
                    <span className="flex basis-full">
                      <HealthDot state="degraded" causes={agent.causes} isFlapping={agent.isFlapping} quiet />
                    </span>
                  </Link>
                </li>
              ))}
            </ul>
          ) : null}
        </>
      )}
    </Section>
  )
}
