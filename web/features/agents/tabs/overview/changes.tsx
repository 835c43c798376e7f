import { useInfiniteQuery } from '@tanstack/react-query'
import type { AgentChange } from '../../../../../worker/features/agents/changes/contract.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Dot, type Tone } from '../../../../ui/badge.tsx'
import { Section } from '../../../../ui/page.tsx'
import { Failed, NextPage, Skeleton } from '../../../../ui/state.tsx'
import { Ago } from '../../../../ui/time.tsx'
import { changesQuery } from '../../at-gateway.ts'

const tones: Record<AgentChange['state'], Tone> = { ordered: 'busy', confirmed: 'good', failed: 'bad', lapsed: 'warn' }

/** What was ordered to be changed from here, and what became of it. */
export function Changes({ agentId }: { agentId: string }) {
  const t = useT()
  const list = useInfiniteQuery(changesQuery(agentId))
  const changes = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('agent.changes.title')}>
      {list.isPending ? (
        <Skeleton rows={3} height={44} />
      ) : list.isError && !list.data ? (
        <Failed what={t('agent.changes.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : changes.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('agent.changes.none')}</p>
      ) : (
        <ul className="hairlines">
          {changes.map((one) => (
            <li key={one.id} className="py-2">
              <p className="flex flex-wrap items-center gap-x-3">
                <span>{t(`agent.changes.kind.${one.kind}`)}</span>
                <span className="ml-auto">
                  <Dot tone={tones[one.state]} quiet>
                    {t(`agent.changes.state.${one.state}`)}
                  </Dot>
                </span>
              </p>
              <p className="flex flex-wrap gap-x-3 text-2xs text-ink-2">
                <code className="min-w-0 flex-1 truncate font-mono">{one.touches.join(', ')}</code>
                <span>{one.orderedBy.name}</span>
                <Ago at={one.orderedAt} />
              </p>
              {one.state === 'failed' && one.detail ? (
                <p className="font-mono text-2xs break-words text-critical">{one.detail}</p>
              ) : null}
            </li>
          ))}
        </ul>
      )}
      <NextPage of={list} isOlder />
    </Section>
  )
}
