import type { ReactNode } from 'react'
import { useLocale } from 'use-intl'
import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { Note } from '../../../ui/state.tsx'
import { KnownFacts } from './known-facts.tsx'

type Context = Explanation['context']

/** How much of a conversation stays in view, drawn to scale, and when it is written down and compacted. */
export function ContextBudget({ context }: { context: Context }) {
  const t = useT()
  const isOff = context.facts.some(({ name, value }) => name === 'compaction.enabled' && value === false)
  return (
    <Section title={t('explainer.context.title')}>
      {context.budget && context.window ? (
        <Bar window={context.window} share={context.historyShare} budget={context.budget} isOff={isOff} />
      ) : (
        <p className="mb-3 text-ink-2">{t('explainer.context.unknown')}</p>
      )}
      {isOff ? (
        <div className="mb-3">
          <Note tone="warn">{t('explainer.context.off')}</Note>
        </div>
      ) : null}
      <KnownFacts facts={context.facts} />
    </Section>
  )
}

function Bar(props: { window: number; share: number; budget: NonNullable<Context['budget']>; isOff: boolean }) {
  const t = useT()
  const locale = useLocale()
  const { window, budget, isOff } = props
  const at = (tokens: number) => `${(tokens / window) * 100}%`
  const tokens = (count: number) => t('explainer.context.tokens', { tokens: number(locale, count) })
  const share = new Intl.NumberFormat(locale, { style: 'percent' }).format(props.share)
  return (
    <div className="mb-4">
      <div aria-hidden className="relative h-9 overflow-hidden rounded-md border border-line-2 bg-surface">
        <span className="absolute inset-y-0 left-0 bg-accent-soft" style={{ width: at(budget.historyMax) }} />
        <span
          className="absolute inset-y-0 bg-chart"
          style={{ left: at(Math.max(0, budget.compactAt - budget.keepRecent)), width: at(budget.keepRecent) }}
        />
        <span className="hatched absolute inset-y-0 right-0 bg-line-2" style={{ width: at(budget.reserve) }} />
        {budget.flushAt === null || isOff ? null : (
          <span className="absolute inset-y-0 w-0.5 bg-medium" style={{ left: at(budget.flushAt) }} />
        )}
        {isOff ? null : (
          <span className="absolute inset-y-0 w-0.5 bg-critical" style={{ left: at(budget.compactAt) }} />
        )}
      </div>
      <p className="tnum mt-1 flex justify-between text-2xs text-ink-3">
        <span>0</span>
        <span>{t('explainer.context.window', { tokens: number(locale, window) })}</span>
      </p>
      <ul className="mt-2 grid gap-x-4 gap-y-1 text-2xs text-ink-2 sm:grid-cols-2">
        <Key tone="bg-accent-soft">
          {t('explainer.context.history', { share })} ·{' '}
          {t('explainer.context.historyMax', { tokens: tokens(budget.historyMax) })}
        </Key>
        <Key tone="bg-chart">{t('explainer.context.keep', { tokens: tokens(budget.keepRecent) })}</Key>
        {budget.flushAt === null || isOff ? null : (
          <Key tone="bg-medium">{t('explainer.context.flush', { tokens: tokens(budget.flushAt) })}</Key>
        )}
        {isOff ? null : (
          <Key tone="bg-critical">{t('explainer.context.compact', { tokens: tokens(budget.compactAt) })}</Key>
        )}
        <Key tone="bg-line-2 hatched">{t('explainer.context.reserve', { tokens: tokens(budget.reserve) })}</Key>
      </ul>
    </div>
  )
}

const Key = ({ tone, children }: { tone: string; children: ReactNode }) => (
  <li className="tnum flex gap-1.5">
    <span aria-hidden className={`mt-[3px] size-2.5 shrink-0 rounded-[2px] ${tone}`} />
    <span>{children}</span>
  </li>
)
