import { useQuery } from '@tanstack/react-query'
import { Ban, CircleCheck, CircleDashed } from 'lucide-react'
import { useDeferredValue, useState } from 'react'
import type { Tools } from '../../../../../worker/features/connectors/link/questions/contract.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Section } from '../../../../ui/page.tsx'
import { Skeleton } from '../../../../ui/state.tsx'
import { sessionsQuery, sessionToolsQuery, toolsQuery } from '../../at-gateway.ts'
import { useEditing } from '../../draft/draft-context.ts'
import { FreshnessNote } from '../../freshness-note.tsx'
import { NotRead } from '../../not-read.tsx'
import { withWord } from './policy.ts'

type Tool = Tools['groups'][number]['tools'][number]
const deny = ['tools', 'deny']

/** Every tool that the gateway could build, whether the agent can call it now, and a way to deny it. */
export function Catalogue() {
  const t = useT()
  const { draft } = useEditing()
  const found = useQuery(toolsQuery(draft.agent.id))
  const [query, setQuery] = useState('')
  const words = useDeferredValue(query.trim().toLowerCase())
  const session = useQuery(sessionsQuery(draft.agent.id)).data?.sessions[0]?.key
  const asked = useQuery({
    ...sessionToolsQuery(draft.agent.id, session ?? ''),
    enabled: session !== undefined,
    retry: false,
  })
  const callable = asked.data
    ? new Set(asked.data.tools.groups.flatMap(({ tools }) => tools.map(({ id }) => id)))
    : null
  const groups = (found.data?.tools.groups ?? [])
    .map((group) => ({ ...group, tools: group.tools.filter((tool) => isFound(tool, words)) }))
    .filter(({ tools }) => tools.length > 0)
  return (
    <Section
      title={t('agent.tools.catalogue')}
      aside={
        <input
          type="search"
          className="field h-8 max-w-48 max-md:h-11"
          aria-label={t('agent.tools.search')}
          placeholder={t('agent.tools.search')}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
        />
      }
    >
      <FreshnessNote freshness={found.data?.freshness} />
      <p className="mb-2 text-2xs text-ink-2">
        {session === undefined
          ? t('agent.tools.noSession')
          : callable === null
            ? t(asked.isError ? 'agent.tools.notTold' : 'agent.tools.asking')
            : t('agent.tools.callableIn', { session })}
      </p>
      {found.isPending ? (
        <Skeleton rows={10} height={38} />
      ) : found.isError && !found.data ? (
        <NotRead what={t('agent.tools.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : groups.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('agent.tools.noneFound')}</p>
      ) : (
        groups.map((group) => (
          <div key={`${group.source} ${group.id}`} className="mb-4">
            <h3 className="border-b border-line pb-1 text-2xs text-ink-2">
              {group.label} <code className="font-mono text-ink-3">{`group:${group.id}`}</code>
            </h3>
            <ul className="divide-y divide-line border-b border-line">
              {group.tools.map((tool) => (
                <ToolRow key={tool.id} tool={tool} isCallable={callable?.has(tool.id) ?? null} />
              ))}
            </ul>
          </div>
        ))
      )}
    </Section>
  )
}

const isFound = ({ id, label, description }: Tool, words: string) =>
  [id, label, description].some((text) => text.toLowerCase().includes(words))

function ToolRow({ tool, isCallable }: { tool: Tool; isCallable: boolean | null }) {
  const t = useT()
  const { draft, saving } = useEditing()
  const list = draft.valueAt(deny)
  const isDenied = Array.isArray(list) && list.includes(tool.id)
  const Icon = isDenied ? Ban : isCallable ? CircleCheck : CircleDashed
  const state = isDenied ? 'denied' : isCallable === null ? 'unknown' : isCallable ? 'callable' : 'withheld'
  const tone = isDenied ? 'text-critical' : isCallable ? 'text-low' : 'text-ink-3'
  return (
    <li className="flex items-center gap-3 py-1.5">
      <Icon size={15} role="img" aria-label={t(`agent.tools.state.${state}`)} className={`shrink-0 ${tone}`} />
      <span className="min-w-0 flex-1">
        <code className={`font-mono text-2xs font-medium ${isDenied ? 'line-through' : ''}`}>{tool.id}</code>
        {tool.description && tool.description !== tool.id ? (
          <span className="line-clamp-1 text-2xs text-ink-2" title={tool.description}>
            {tool.description}
          </span>
        ) : null}
      </span>
      {draft.bar === null ? (
        <button
          type="button"
          className="btn btn-quiet h-7 text-2xs max-md:h-9"
          disabled={saving.isUnderWay}
          onClick={() => draft.setAt(deny, withWord(list, tool.id, !isDenied))}
        >
          {t(isDenied ? 'agent.tools.undeny' : 'agent.tools.deny')}
          <span className="sr-only">{tool.id}</span>
        </button>
      ) : null}
    </li>
  )
}
