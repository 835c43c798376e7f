import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeftRight } from 'lucide-react'
import { useEffect, useRef } from 'react'
import type { AgentEffective } from '../../../worker/features/agents/explain/api/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Skeleton } from '../../ui/state.tsx'
import { NotRead } from '../agents/not-read.tsx'
import { useAgent } from '../agents/tabs/agent-context.ts'
import { ChangePart } from './change/change-part.tsx'
import { Findings } from './findings.tsx'
import { effectiveQuery } from './queries.ts'
import { RunPart } from './run/run-part.tsx'
import { askedBy, type ExplainerSearch, partOf, parts } from './search.ts'
import { Settings } from './settings.tsx'
import { SituationBar } from './situation/situation-bar.tsx'
import { Skills } from './skills.tsx'
import { Summary } from './summary.tsx'
import { Passage } from './tools/passage.tsx'
import { stageOf } from './tools/stages.ts'
import { ToolList } from './tools/tool-list.tsx'

/** Why an agent is as it is, in a situation that is chosen here. */
export function AgentExplainerTab() {
  const agent = useAgent()
  const t = useT()
  const search: ExplainerSearch = useSearch({ from: '/room/agents/$id/explainer' })
  const navigate = useNavigate()
  const change = (next: ExplainerSearch) =>
    void navigate({
      to: '/agents/$id/explainer',
      params: { id: agent.id },
      search: (before) => ({ ...before, ...next }),
      replace: !('part' in next),
      resetScroll: false,
    })
  const asked = askedBy(agent.externalId, search)
  const effective = useQuery(effectiveQuery(agent.id, asked))
  const found = effective.data
  if (!found)
    return effective.isError ? (
      <NotRead what={t('explainer.failed')} error={effective.error} retry={() => void effective.refetch()} />
    ) : (
      <Skeleton rows={9} height={44} />
    )
  return (
    <div aria-busy={effective.isPlaceholderData}>
      <p className="mb-4 flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <span className="max-w-[72ch] text-xs text-pretty text-ink-2">{t('explainer.lead')}</span>
        <Link
          to="/explainer/compare"
          search={{ one: agent.id }}
          className="aside-link inline-flex items-center gap-1.5"
        >
          <ArrowLeftRight size={13} aria-hidden />
          {t('explainer.compare')}
        </Link>
      </p>
      <SituationBar
        key={search.kind ?? ''}
        agentId={agent.id}
        sessionKey={found.explanation.sessionKey}
        search={search}
        change={change}
      />
      {effective.isError ? (
        <NotRead what={t('explainer.failed')} error={effective.error} retry={() => void effective.refetch()} />
      ) : (
        <div className={effective.isPlaceholderData ? 'opacity-60 transition-opacity duration-150' : ''}>
          <Parts search={search} change={change} />
          <PartShown agentId={agent.id} asked={asked} found={found} search={search} change={change} />
        </div>
      )}
    </div>
  )
}

type Changing = { search: ExplainerSearch; change: (change: ExplainerSearch) => void }

function Parts({ search, change }: Changing) {
  const t = useT()
  const shown = partOf(search)
  const strip = useRef<HTMLElement>(null)
  // On a phone the strip scrolls within itself: the part that is open is brought into sight.
  useEffect(() => {
    strip.current?.querySelector(`[data-part="${shown}"]`)?.scrollIntoView({ inline: 'center', block: 'nearest' })
  }, [shown])
  return (
    <nav
      ref={strip}
      aria-label={t('explainer.parts')}
      className="mb-5 flex gap-1 overflow-x-auto border-b border-line [scrollbar-width:none]"
    >
      {parts.map((part) => (
        <button
          key={part}
          data-part={part}
          type="button"
          aria-current={part === shown ? 'page' : undefined}
          onClick={() => change({ part: part === 'tools' ? '' : part })}
          className={`-mb-px h-9 border-b-2 px-3 text-xs whitespace-nowrap max-md:h-11 max-md:text-sm ${part === shown ? 'border-accent font-medium text-ink' : 'border-transparent text-ink-2 hover:text-ink'}`}
        >
          {t(`explainer.part.${part}`)}
        </button>
      ))}
    </nav>
  )
}

function PartShown(props: Changing & { agentId: string; asked: ReturnType<typeof askedBy>; found: AgentEffective }) {
  const { agentId, found, search, change } = props
  const { explanation } = found
  switch (partOf(search)) {
    case 'settings':
      return <Settings settings={explanation.settings} />
    case 'run':
      return <RunPart explanation={explanation} />
    case 'skills':
      return <Skills skills={explanation.skills} />
    case 'change':
      return (
        <ChangePart
          agentId={agentId}
          asked={props.asked}
          given={search.try}
          tools={explanation.tools.map(({ name }) => name)}
        />
      )
    case 'tools':
      return (
        <>
          <Summary found={found} change={change} />
          <Passage
            explanation={explanation}
            chosen={stageOf(search.step)}
            choose={(stage) => change({ step: stage ?? '' })}
          />
          <Findings agentId={agentId} findings={explanation.findings} change={change} />
          <ToolList agentId={agentId} explanation={explanation} search={search} change={change} />
        </>
      )
  }
}
