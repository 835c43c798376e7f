import { useLocale } from 'use-intl'
import type { KnownFact } from '../../../../worker/features/agents/explain/behaviour/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { LayerTag } from '../layer-tag.tsx'
import { RulePath } from '../rule-path.tsx'

/** Facts with the layer that gave each. */
export function KnownFacts({ facts }: { facts: readonly KnownFact[] }) {
  const t = useT()
  return (
    <dl className="hairlines">
      {facts.map((fact) => (
        <div key={fact.name} className="grid grid-cols-[minmax(0,1fr)_auto] gap-x-3 gap-y-0.5 py-1.5">
          <dt className="min-w-0 text-xs text-ink-2">{t(`explainer.fact.${fact.name}`)}</dt>
          <dd className="row-span-2 self-center">
            <LayerTag layer={fact.layer} />
          </dd>
          <dd className="flex min-w-0 flex-wrap items-baseline gap-x-2">
            <Value fact={fact} />
            {fact.path ? <RulePath path={fact.path} /> : null}
          </dd>
        </div>
      ))}
    </dl>
  )
}

function Value({ fact: { name, value } }: { fact: KnownFact }) {
  const t = useT()
  const locale = useLocale()
  if (typeof value === 'boolean') return t(value ? 'explainer.value.yes' : 'explainer.value.no')
  if (typeof value === 'number') return <span className="tnum">{number(locale, value)}</span>
  if (value === null) return t('explainer.value.none')
  if (Array.isArray(value) && value.length === 0)
    return t(name === 'allowAgents' ? 'explainer.value.onlyItself' : 'explainer.value.none')
  return (
    <span className="line-clamp-4 font-mono text-xs break-words">
      {Array.isArray(value) ? value.join(', ') : value}
    </span>
  )
}
