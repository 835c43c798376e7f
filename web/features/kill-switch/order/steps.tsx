import { Check, Minus, X } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { StopStep } from '../../../../worker/features/connectors/link/stops/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { stepText } from '../reason-text.ts'

const marks = { done: Check, already: Check, skipped: Minus, failed: X } as const
/** What connectors count; what a newer one counts is shown under its own name. */
const known = ['runs', 'denied', 'jobs', 'agents', 'looks', 'attempts'] as const

const tones = { done: 'bg-low', already: 'bg-low', skipped: 'bg-line-2', failed: 'bg-critical' } as const

/** What the connector did and found, step by step, on one scale of time. */
export function Steps({ steps }: { steps: readonly StopStep[] }) {
  const t = useT()
  const locale = useLocale()
  const end = Math.max(1, ...steps.map(({ endedMs }) => endedMs))
  return (
    <ol className="space-y-1">
      {steps.map((step) => {
        const Mark = marks[step.outcome]
        const because = stepText(t, step)
        const counts = Object.entries(step.counts).filter(([, count]) => count > 0)
        return (
          // A step may come twice, as when an agent is stopped again.
          <li
            key={`${step.step} ${step.startedMs}`}
            className="grid grid-cols-[18px_minmax(92px,132px)_1fr_64px] items-center gap-x-2 text-xs max-sm:grid-cols-[18px_1fr_64px]"
          >
            <Mark
              size={14}
              aria-hidden
              className={
                step.outcome === 'failed' ? 'text-critical' : step.outcome === 'skipped' ? 'text-ink-3' : 'text-low'
              }
            />
            <span className="truncate">
              {t(`kill.step.${step.step}`)}
              <span className="sr-only">: {t(`kill.outcome.${step.outcome}`)}</span>
            </span>
            <span aria-hidden className="relative h-1.5 rounded-full bg-sunken max-sm:hidden">
              <span
                className={`absolute inset-y-0 min-w-[3px] rounded-full ${tones[step.outcome]}`}
                style={{
                  left: `${(step.startedMs / end) * 100}%`,
                  width: `${((step.endedMs - step.startedMs) / end) * 100}%`,
                }}
              />
            </span>
            <span className="tnum text-right text-2xs text-ink-2">
              {duration(locale, step.endedMs - step.startedMs)}
            </span>
            {because || counts.length > 0 ? (
              <span className="col-start-2 col-end-[-1] text-2xs break-words text-ink-2">
                {because}{' '}
                {counts.map(([what, count]) => {
                  const word = known.find((one) => one === what)
                  return (
                    <span key={what} className="tnum ml-2 first:ml-0">
                      {word ? t(`kill.counted.${word}`, { count }) : `${what} ${count}`}
                    </span>
                  )
                })}
              </span>
            ) : null}
          </li>
        )
      })}
    </ol>
  )
}
