import { useState } from 'react'
import type { AgentComparison } from '../../../worker/features/agents/explain/api/contract.ts'
import type { Explanation } from '../../../worker/features/agents/explain/contract.ts'
import type { ToolVerdict } from '../../../worker/features/agents/explain/policy/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Outcome } from './outcome.tsx'
import { Strip } from './tools/strip.tsx'
import { whyOf } from './tools/why.tsx'

const columns = 'grid grid-cols-2 gap-x-4 md:grid-cols-[minmax(140px,1fr)_minmax(0,1.4fr)_minmax(0,1.4fr)]'

/** Both explanations tool by tool: the way of each in the same fourteen marks. */
export function SideBySide({ compared, names }: { compared: AgentComparison; names: readonly [string, string] }) {
  const t = useT()
  const [onlyDiffering, setOnlyDiffering] = useState(true)
  const sides = [compared.one, compared.other] as const
  const tools = pairsOf(sides).filter(
    ({ one, other }) => !onlyDiffering || one?.outcome !== other?.outcome || one?.decidedBy !== other?.decidedBy,
  )
  return (
    <section>
      <div className={`${columns} border-b border-line pb-3`}>
        <span className="max-md:hidden" />
        {sides.map((side, index) => (
          <Heading key={index === 0 ? 'one' : 'other'} name={names[index] ?? ''} explanation={side} />
        ))}
      </div>
      <div className="flex items-center gap-3 py-2.5">
        <h2 className="flex-1 font-medium">{t('explainer.compared.tools')}</h2>
        <label className="flex items-center gap-2 text-xs text-ink-2 max-md:min-h-11">
          <input
            type="checkbox"
            className="size-4 accent-[var(--accent)]"
            checked={onlyDiffering}
            onChange={(event) => setOnlyDiffering(event.target.checked)}
          />
          {t('explainer.compared.differing')}
        </label>
      </div>
      {tools.length === 0 ? (
        <p className="border-y border-line py-6 text-center text-ink-2">{t('explainer.compared.noTools')}</p>
      ) : (
        <ul className="hairlines">
          {tools.map(({ name, one, other }) => (
            <li key={name} className={`calm ${columns} items-center py-1.5`}>
              <code className="font-mono text-xs break-all max-md:col-span-2">{name}</code>
              <Side tool={one} />
              <Side tool={other} />
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}

function Heading({ name, explanation }: { name: string; explanation: Explanation }) {
  const t = useT()
  const callable = explanation.tools.filter(({ outcome }) => outcome === 'callable').length
  return (
    <div className="min-w-0">
      <p className="font-medium break-words">{name}</p>
      <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-2 text-2xs text-ink-2">
        <dt className="text-ink-3">{t('explainer.compared.profile')}</dt>
        <dd className="font-mono">{explanation.profile ?? t('explainer.value.none')}</dd>
        <dt className="text-ink-3">{t('explainer.compared.model')}</dt>
        <dd className="font-mono break-all">{explanation.model ?? t('explainer.value.none')}</dd>
        <dt className="text-ink-3">{t('explainer.compared.callable')}</dt>
        <dd className="tnum">{callable}</dd>
        <dt className="text-ink-3">{t('explainer.compared.findings')}</dt>
        <dd className="tnum">{explanation.findings.length}</dd>
      </dl>
    </div>
  )
}

function Side({ tool }: { tool: ToolVerdict | undefined }) {
  const t = useT()
  if (!tool) return <span className="text-2xs text-ink-3">{t('explainer.diff.nothing')}</span>
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-0.5">
      <span className="max-md:hidden">
        <Strip tool={tool} />
      </span>
      <Outcome outcome={tool.outcome} />
      <span className="min-w-0 text-2xs text-ink-2 max-md:basis-full">{whyOf(t, tool)}</span>
    </div>
  )
}

const pairsOf = ([one, other]: readonly [Explanation, Explanation]) => {
  const [ones, others] = [one, other].map(({ tools }) => new Map(tools.map((tool) => [tool.name, tool])))
  const names = [...new Set([...one.tools, ...other.tools].map(({ name }) => name))].sort()
  return names.map((name) => ({ name, one: ones?.get(name), other: others?.get(name) }))
}
