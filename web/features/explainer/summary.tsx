import { useLocale } from 'use-intl'
import type { AgentEffective } from '../../../worker/features/agents/explain/api/contract.ts'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dot } from '../../ui/badge.tsx'
import { Note } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import type { ExplainerSearch } from './search.ts'

const outcomes = ['callable', 'withheld', 'possible'] as const
const bars = { callable: 'bg-low', withheld: 'bg-line-2 hatched', possible: 'bg-medium' }

/** What it comes to: how many tools there are and are not, and whether the gateway agrees. */
export function Summary(props: { found: AgentEffective; change: (change: ExplainerSearch) => void }) {
  const t = useT()
  const locale = useLocale()
  const { explanation, freshness, isCompared, parents } = props.found
  const { tools } = explanation
  const count = (outcome: (typeof outcomes)[number]) => tools.filter((tool) => tool.outcome === outcome).length
  const agreeing = tools.filter(({ agrees }) => agrees === true).length
  const differing = tools.filter(({ agrees }) => agrees === false).length
  return (
    <div className="mb-6">
      <div className="flex flex-wrap items-end gap-x-8 gap-y-3">
        {outcomes.map((outcome) => (
          <button
            key={outcome}
            type="button"
            className="rounded-md text-left hover:[&_span]:underline"
            onClick={() => props.change({ part: '', outcome, step: '', q: '', source: '' })}
          >
            <b className="tnum block text-2xl font-semibold tracking-tight">{number(locale, count(outcome))}</b>
            <span className="text-xs text-ink-2 decoration-line-2 underline-offset-3">
              {t(`explainer.count.${outcome}`)}
            </span>
          </button>
        ))}
        <div className="ml-auto flex flex-col items-end gap-0.5 text-right max-md:ml-0 max-md:basis-full max-md:items-start max-md:text-left">
          {!isCompared ? (
            <Dot tone="off">{t('explainer.count.unchecked')}</Dot>
          ) : differing > 0 ? (
            <Dot tone="bad">{t('explainer.count.differs', { count: differing })}</Dot>
          ) : (
            <Dot tone="good">{t('explainer.count.agrees', { count: agreeing })}</Dot>
          )}
          <span className="text-2xs text-ink-3">{t('explainer.rules', { version: explanation.rules })}</span>
        </div>
      </div>
      <div aria-hidden className="mt-3 flex h-2 gap-px overflow-hidden rounded-full bg-line">
        {outcomes.map((outcome) =>
          count(outcome) > 0 ? (
            <span key={outcome} className={`min-w-1 ${bars[outcome]}`} style={{ flexGrow: count(outcome) }} />
          ) : null,
        )}
      </div>
      {parents.length > 0 ? (
        <div className="mt-3">
          <Note>{t('explainer.spawned', { by: parents.join(' ← ') })}</Note>
        </div>
      ) : null}
      {freshness.source !== 'live' ? (
        <div className="mt-3">
          <Note tone="warn">{t.rich('explainer.stale', { ago: () => <Ago at={freshness.at} /> })}</Note>
        </div>
      ) : isCompared ? null : (
        <div className="mt-3">
          <Note>{t('explainer.notCompared')}</Note>
        </div>
      )}
    </div>
  )
}
