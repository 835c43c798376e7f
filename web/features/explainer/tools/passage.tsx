import { useLocale } from 'use-intl'
import type { Explanation } from '../../../../worker/features/agents/explain/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { countStages, type Stage } from './stages.ts'

/**
 * All tools on their way from the catalogue to a run: a bar for what goes on, hatched above it what the stage stopped. A
 * stage that has nothing to say is a thin frame. Each is a switch that shows its tools alone.
 */
export function Passage(props: {
  explanation: Pick<Explanation, 'tools' | 'steps'>
  chosen: Stage | undefined
  choose: (stage: Stage | undefined) => void
}) {
  const t = useT()
  const locale = useLocale()
  const total = props.explanation.tools.length
  if (total === 0) return null
  const counts = countStages(props.explanation)
  return (
    <section aria-label={t('explainer.passage.title')} className="mb-8">
      <h2 className="font-medium">{t('explainer.passage.title')}</h2>
      <p className="mt-0.5 mb-3 max-w-[68ch] text-xs text-pretty text-ink-2">{t('explainer.passage.lead')}</p>
      <ol className="md:grid md:grid-cols-14 md:gap-x-1 max-md:space-y-0.5">
        {counts.map(({ stage, removed, left, off }) => {
          const isChosen = props.chosen === stage
          const name = t(`explainer.step.${stage}.name`)
          return (
            <li key={stage} className="min-w-0">
              <button
                type="button"
                aria-pressed={isChosen}
                title={off ? t(`explainer.off.${off}`) : t(`explainer.step.${stage}.about`)}
                disabled={removed === 0 && !isChosen}
                onClick={() => props.choose(isChosen ? undefined : stage)}
                className={`flex w-full items-center gap-2 rounded-md p-1 text-left md:flex-col md:gap-0 md:text-center disabled:cursor-default max-md:min-h-11 max-md:disabled:min-h-7 ${isChosen ? 'bg-accent-soft' : removed > 0 ? 'hover:bg-sunken' : ''}`}
              >
                <span className="sr-only">{t('explainer.passage.choose', { step: name, removed, left })}</span>
                <span
                  aria-hidden
                  className={`flex h-3 overflow-hidden rounded-sm max-md:order-2 max-md:flex-1 md:h-24 md:w-full md:flex-col-reverse ${off ? 'opacity-45' : ''}`}
                >
                  <span className={off ? 'border border-dashed border-ink-3' : 'bg-chart'} style={{ flexGrow: left }} />
                  <span className="hatched bg-high" style={{ flexGrow: removed }} />
                  <span style={{ flexGrow: total - left - removed }} />
                </span>
                <span
                  aria-hidden
                  className={`text-2xs leading-tight max-md:order-1 max-md:w-28 md:mt-1.5 md:h-8 ${off ? 'text-ink-3' : 'font-medium'}`}
                >
                  {name}
                </span>
                <span
                  aria-hidden
                  className="tnum text-2xs leading-tight whitespace-nowrap max-md:order-3 max-md:w-12 max-md:text-right"
                >
                  {removed > 0 ? (
                    <span className="font-medium text-high">−{number(locale, removed)}</span>
                  ) : (
                    <span className="text-ink-3">{off ? '·' : '0'}</span>
                  )}
                  <span className="block text-ink-3 max-md:hidden">{number(locale, left)}</span>
                </span>
              </button>
            </li>
          )
        })}
      </ol>
    </section>
  )
}
