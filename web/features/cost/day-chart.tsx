import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { CostSummary } from '../../../worker/features/cost/contract.ts'
import { cost } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { CostText } from './cost-text.tsx'
import { dayText } from './range.ts'

type Day = CostSummary['byDay'][number]

const height = 168
/** At most this many days are named below the bars. */
const namesMax = 6

/** A bound above the dearest day that reads well: 1, 2, 2.5 or 5 times a power of ten, in micro-USD. */
const ceiling = (max: number) => {
  const power = 10 ** Math.floor(Math.log10(Math.max(max, 100)))
  return ([1, 2, 2.5, 5, 10].find((step) => step * power >= max) ?? 10) * power
}

const spentOn = (day: Day) => day.costMicroUsd ?? 0

/** What each day cost, oldest first; the day under the pointer is said below, and all of them stand in a hidden table. */
export function DayChart({ days }: { days: readonly Day[] }) {
  const t = useT()
  const locale = useLocale()
  const [pointed, setPointed] = useState<Day | null>(null)
  const top = ceiling(Math.max(...days.map(spentOn), 0))
  const every = Math.ceil(days.length / namesMax)
  const dearest = days.reduce<Day | null>((most, one) => (spentOn(one) > (most ? spentOn(most) : 0) ? one : most), null)
  const said = pointed ?? dearest
  return (
    <figure>
      <div aria-hidden className="flex gap-2">
        <div className="tnum relative w-14 shrink-0 text-right text-2xs text-ink-3" style={{ height }}>
          {[1, 0.5, 0].map((part) => (
            <span key={part} className="absolute right-0 translate-y-[-50%]" style={{ top: (1 - part) * height }}>
              {cost(locale, top * part)}
            </span>
          ))}
        </div>
        <div className="min-w-0 flex-1">
          <div className="relative border-b border-line" style={{ height }}>
            <div className="absolute inset-x-0 top-0 border-t border-line" />
            <div className="absolute inset-x-0 top-1/2 border-t border-line" />
            <div className="absolute inset-0 flex items-end" onPointerLeave={() => setPointed(null)}>
              {days.map((one) => (
                <div
                  key={one.day}
                  className="flex h-full min-w-0 flex-1 items-end justify-center"
                  onPointerEnter={() => setPointed(one)}
                >
                  <span
                    className={`w-3/4 max-w-8 rounded-sm ${one === pointed ? 'bg-accent' : 'bg-chart'}`}
                    style={{ height: one.runs === 0 ? 0 : Math.max(2, (spentOn(one) / top) * height) }}
                  />
                </div>
              ))}
            </div>
          </div>
          <div className="mt-1 flex text-2xs text-ink-3">
            {days.map(({ day }, index) => (
              <span key={day} className="min-w-0 flex-1 whitespace-nowrap">
                {index % every === 0 && days.length - index > every / 2 ? dayText(locale, day) : null}
              </span>
            ))}
          </div>
        </div>
      </div>
      {said ? (
        <figcaption aria-hidden className="tnum mt-2 text-2xs text-ink-2">
          {t(pointed ? 'cost.chart.day' : 'cost.chart.dearest', {
            day: dayText(locale, said.day),
            cost: said.costMicroUsd === null ? t('cost.noPrice') : cost(locale, said.costMicroUsd),
            runs: said.runs,
          })}
        </figcaption>
      ) : null}
      <table className="sr-only">
        <caption>{t('cost.chart.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('cost.chart.dayName')}</th>
            <th scope="col">{t('cost.cost')}</th>
            <th scope="col">{t('cost.runs')}</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, costMicroUsd, runs }) => (
            <tr key={day}>
              <th scope="row">{dayText(locale, day)}</th>
              <td>
                <CostText microUsd={costMicroUsd} />
              </td>
              <td>{runs}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
