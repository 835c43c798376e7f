import { Search } from 'lucide-react'
import { useDeferredValue, useMemo } from 'react'
import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import type { ToolVerdict } from '../../../../worker/features/agents/explain/policy/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Filter } from '../../../ui/field.tsx'
import { Empty } from '../../../ui/state.tsx'
import type { ExplainerSearch } from '../search.ts'
import { stageOf, stages } from './stages.ts'
import { ToolRow } from './tool-row.tsx'

const outcomes = ['callable', 'withheld', 'possible'] as const
const sources = ['core', 'plugin', 'channel', 'mcp'] as const

/** Everything that a person may look for: names, where it comes from, and the rules on its way. */
const wordsOf = ({ name, pluginId, steps, construction }: ToolVerdict): string =>
  [name, pluginId, construction.by?.entry, ...steps.flatMap(({ by }) => [by?.entry, by?.path])]
    .filter((each) => typeof each === 'string')
    .join(' ')
    .toLowerCase()

/** Every tool with what decided about it; one of them open. What is looked for stands in the address. */
export function ToolList(props: {
  agentId: string
  explanation: Explanation
  search: ExplainerSearch
  change: (change: ExplainerSearch) => void
}) {
  const t = useT()
  const { explanation, search, change } = props
  const { tools } = explanation
  const wanted = useDeferredValue((search.q ?? '').trim().toLowerCase())
  const worded = useMemo(() => tools.map((tool) => ({ tool, words: wordsOf(tool) })), [tools])
  const stage = stageOf(search.step)
  const shown = worded.filter(
    ({ tool, words }) =>
      words.includes(wanted) &&
      (!search.outcome || tool.outcome === search.outcome) &&
      (!search.source || tool.source === search.source) &&
      (!stage || tool.decidedBy === stage),
  )
  const isFiltered = Boolean(search.q || search.outcome || search.source || search.step)
  const clear = () => change({ q: '', outcome: '', source: '', step: '' })
  if (tools.length === 0)
    return (
      <Empty
        icon={<Search size={20} strokeWidth={1.75} aria-hidden />}
        title={t('explainer.tools.empty.title')}
        body={t('explainer.tools.empty.body')}
      />
    )
  return (
    <section aria-label={t('explainer.tools.title')}>
      <div className="mb-3 flex flex-wrap items-center gap-2">
        <h2 className="mr-2 font-medium max-md:basis-full">{t('explainer.tools.title')}</h2>
        <input
          type="search"
          aria-label={t('explainer.tools.search')}
          placeholder={t('explainer.tools.search')}
          className="field max-w-64 md:h-8 max-md:max-w-none"
          value={search.q ?? ''}
          maxLength={100}
          onChange={(event) => change({ q: event.target.value })}
        />
        <Filter
          label={t('explainer.tools.decided')}
          value={search.outcome ?? ''}
          onChange={(event) => change({ outcome: event.target.value })}
        >
          <option value="">{t('explainer.tools.all')}</option>
          {outcomes.map((outcome) => (
            <option key={outcome} value={outcome}>
              {t(`explainer.outcome.${outcome}`)}
            </option>
          ))}
        </Filter>
        <Filter
          label={t('explainer.tools.source')}
          value={search.source ?? ''}
          onChange={(event) => change({ source: event.target.value })}
        >
          <option value="">{t('explainer.tools.source')}</option>
          {sources.map((source) => (
            <option key={source} value={source}>
              {t(`explainer.tools.sources.${source}`)}
            </option>
          ))}
        </Filter>
        <Filter
          label={t('explainer.tools.decided')}
          value={stage ?? ''}
          onChange={(event) => change({ step: event.target.value })}
        >
          <option value="">{t('explainer.tools.anyStep')}</option>
          {stages.map((each) => (
            <option key={each} value={each}>
              {t(`explainer.step.${each}.name`)}
            </option>
          ))}
        </Filter>
        {isFiltered ? (
          <button type="button" className="btn btn-quiet" onClick={clear}>
            {t('explainer.tools.clear')}
          </button>
        ) : null}
        <span role="status" className="tnum ml-auto text-2xs text-ink-2">
          {t('explainer.tools.shown', { shown: shown.length, total: tools.length })}
        </span>
      </div>
      {shown.length === 0 ? (
        <p className="border-y border-line py-6 text-center text-ink-2">{t('explainer.tools.none')}</p>
      ) : (
        <ul className="hairlines">
          {shown.map(({ tool }) => (
            <ToolRow
              key={tool.name}
              agentId={props.agentId}
              tool={tool}
              explanation={explanation}
              isOpen={search.tool === tool.name}
              toggle={() => change({ tool: search.tool === tool.name ? '' : tool.name })}
              change={change}
            />
          ))}
        </ul>
      )}
    </section>
  )
}
