import { useQuery } from '@tanstack/react-query'
import { useLocale } from 'use-intl'
import { useT } from '../../../../i18n/use-t.ts'
import { Dot } from '../../../../ui/badge.tsx'
import { Section } from '../../../../ui/page.tsx'
import { Skeleton } from '../../../../ui/state.tsx'
import { Ago } from '../../../../ui/time.tsx'
import { sessionsQuery } from '../../at-gateway.ts'
import { FreshnessNote } from '../../freshness-note.tsx'
import { NotRead } from '../../not-read.tsx'

const shownMax = 12

/** The conversations that the gateway keeps for an agent, the newest first. */
export function Sessions({ agentId }: { agentId: string }) {
  const t = useT()
  const locale = useLocale()
  const found = useQuery(sessionsQuery(agentId))
  const sessions = found.data?.sessions ?? []
  return (
    <Section title={t('agent.sessions.title')}>
      <FreshnessNote freshness={found.data?.freshness} />
      {found.isPending ? (
        <Skeleton rows={3} height={44} />
      ) : found.isError && !found.data ? (
        <NotRead what={t('agent.sessions.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : sessions.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('agent.sessions.none')}</p>
      ) : (
        <ul className="hairlines">
          {sessions.slice(0, shownMax).map((one) => (
            <li key={one.key} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-2">
              <span className="min-w-0 flex-1">
                {one.label ? <span className="block truncate">{one.label}</span> : null}
                <code className="block truncate font-mono text-2xs text-ink-2">{one.key}</code>
              </span>
              {one.isActive ? <Dot tone="busy">{t('agent.sessions.active')}</Dot> : null}
              {one.totalTokens === null ? null : (
                <span className="tnum text-2xs text-ink-2">
                  {t('agent.sessions.tokens', { count: one.totalTokens.toLocaleString(locale) })}
                </span>
              )}
              {one.updatedAt ? <Ago at={one.updatedAt} className="text-2xs text-ink-2" /> : null}
            </li>
          ))}
        </ul>
      )}
      {sessions.length > shownMax ? (
        <p className="pt-2 text-2xs text-ink-2">{t('agent.sessions.more', { count: sessions.length - shownMax })}</p>
      ) : null}
    </Section>
  )
}
