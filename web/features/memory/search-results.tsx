import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { MemoryFound } from '../../../worker/features/memory/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Failed, Note, Skeleton } from '../../ui/state.tsx'
import { marked } from './marked.ts'
import { memorySearchQuery } from './queries.ts'

/** What was found, with the words marked, and which agents could not be searched. */
export function SearchResults({ query, agentId }: { query: string; agentId?: string }) {
  const t = useT()
  const found = useQuery(memorySearchQuery(query, agentId))
  if (found.isPending) return <Skeleton rows={6} height={56} />
  if (!found.data)
    return <Failed what={t('memory.searchFailed')} error={found.error} retry={() => void found.refetch()} />
  const { hits, agents, notAsked, isComplete } = found.data
  const names = new Map(agents.map((agent) => [agent.agentId, agent.name]))
  const missed = agents.filter(({ outcome }) => outcome !== 'searched')
  return (
    <div aria-busy={found.isPlaceholderData} className="space-y-3">
      <p role="status" className="text-xs text-ink-2">
        {t('memory.hits', { count: hits.length })}
      </p>
      {missed.length > 0 || notAsked > 0 ? (
        <Note tone="warn">
          {missed
            .map(({ name, outcome }) => t('memory.missed', { name, why: t(`memory.outcome.${outcome}`) }))
            .join(' ')}{' '}
          {notAsked > 0 ? t('memory.notAsked', { count: notAsked }) : null}
        </Note>
      ) : isComplete ? null : (
        <Note>{t('memory.partial')}</Note>
      )}
      <ul className="hairlines">
        {keyed(hits).map(({ key, hit }) => (
          <li key={key} className="py-2.5">
            <Link
              to="/agents/$id/memory"
              params={{ id: hit.agentId }}
              search={{ file: hit.path }}
              className="link block truncate font-mono text-2xs"
            >
              {agentId ? '' : `${names.get(hit.agentId) ?? hit.agentId} · `}
              {hit.path}
              {hit.line === null ? '' : `:${hit.line}`}
            </Link>
            <p className="mt-1 text-xs break-words whitespace-pre-wrap">
              {marked(hit.snippet, query).map(({ at, text, isHit }) =>
                isHit ? (
                  <mark key={at} className="rounded-sm bg-medium-soft text-ink">
                    {text}
                  </mark>
                ) : (
                  <span key={at}>{text}</span>
                ),
              )}
            </p>
          </li>
        ))}
      </ul>
    </div>
  )
}

const keyed = (hits: MemoryFound['hits']) => hits.map((hit, at) => ({ hit, key: `${hit.agentId} ${hit.path} ${at}` }))
