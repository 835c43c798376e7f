import { ChevronRight } from 'lucide-react'
import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import type { ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Chip } from '../../../ui/badge.tsx'
import { Outcome } from '../outcome.tsx'
import type { ExplainerSearch } from '../search.ts'
import { Strip } from './strip.tsx'
import { ToolPanel } from './tool-panel.tsx'
import { whyOf } from './why.tsx'

export function ToolRow(props: {
  agentId: string
  tool: ToolVerdict
  explanation: Explanation
  isOpen: boolean
  toggle: () => void
  change: (change: ExplainerSearch) => void
}) {
  const t = useT()
  const { tool, isOpen } = props
  return (
    <li className={isOpen ? undefined : 'calm'}>
      <button
        type="button"
        aria-expanded={isOpen}
        onClick={props.toggle}
        className={`-mx-2 flex w-[calc(100%+16px)] flex-wrap items-center gap-x-3 gap-y-1 rounded-md px-2 py-2 text-left hover:bg-sunken md:grid md:min-h-10 md:grid-cols-[16px_minmax(150px,1.1fr)_124px_92px_minmax(160px,2fr)] md:py-1.5 ${isOpen ? 'bg-sunken' : ''}`}
      >
        <ChevronRight
          size={14}
          aria-hidden
          className={`text-ink-3 transition-transform duration-150 ${isOpen ? 'rotate-90' : ''}`}
        />
        <span className="flex min-w-0 items-center gap-2 max-md:flex-1">
          <code className="min-w-0 truncate font-mono text-xs">{tool.name}</code>
          {tool.source === 'core' ? null : <Chip>{tool.pluginId ?? t(`explainer.tools.sources.${tool.source}`)}</Chip>}
        </span>
        <span className="max-md:order-last max-md:pl-7">
          <Strip tool={tool} />
        </span>
        <Outcome outcome={tool.outcome} />
        <span className="min-w-0 truncate text-xs text-ink-2 max-md:basis-full max-md:pl-7 max-md:whitespace-normal">
          {tool.agrees === false ? (
            <span className="font-medium text-critical">{t('explainer.tools.differs')}</span>
          ) : (
            whyOf(t, tool)
          )}
        </span>
      </button>
      {isOpen ? (
        <ToolPanel agentId={props.agentId} tool={tool} explanation={props.explanation} change={props.change} />
      ) : null}
    </li>
  )
}
