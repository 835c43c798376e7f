import { useLocale } from 'use-intl'
import type { ApprovalStatistics } from '../../../worker/features/approvals/statistics/contract.ts'
import { duration, number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'

type Times = ApprovalStatistics['delivery']
const stages = ['toShown', 'toDecided', 'toEffective'] as const
const percentiles = ['p50Ms', 'p90Ms', 'p99Ms'] as const

const floorMs = 10
/** Times of people and of machines lie powers of ten apart: the place on the line is by their logarithm. */
const place = (ms: number, topMs: number) =>
  Math.min(100, (Math.log(Math.max(ms, floorMs) / floorMs) / Math.log(topMs / floorMs)) * 100)

/** From the request on: how long until it was on a screen, decided, and in effect. */
export function DeliveryTimes({ delivery }: { delivery: Times }) {
  const t = useT()
  const locale = useLocale()
  const topMs = Math.max(60_000, ...stages.map((stage) => delivery[stage].p99Ms ?? 0))
  return (
    <table className="w-full text-xs">
      <caption className="sr-only">{t('statistics.delivery.title')}</caption>
      <thead>
        <tr className="border-b border-line text-left text-2xs text-ink-2 [&>th]:pb-1.5 [&>th]:font-normal">
          <th scope="col">{t('statistics.delivery.stage')}</th>
          {percentiles.map((percentile) => (
            <th key={percentile} scope="col" className="pl-3 text-right">
              {t(`statistics.delivery.${percentile}`)}
            </th>
          ))}
          <th scope="col" className="pl-3 text-right">
            {t('statistics.delivery.count')}
          </th>
        </tr>
      </thead>
      <tbody>
        {stages.map((stage) => {
          const times = delivery[stage]
          return (
            <tr key={stage} className="border-b border-line align-top [&>td]:py-2.5">
              <th scope="row" className="w-[38%] py-2.5 text-left font-normal">
                {t(`statistics.delivery.${stage}`)}
                <Span times={times} topMs={topMs} />
              </th>
              {percentiles.map((percentile) => (
                <td key={percentile} className="tnum pl-3 text-right whitespace-nowrap">
                  {times[percentile] === null ? (
                    <span className="text-ink-2">{t('statistics.unmeasured')}</span>
                  ) : (
                    duration(locale, times[percentile])
                  )}
                </td>
              ))}
              <td className="tnum pl-3 text-right text-ink-2">{number(locale, times.count)}</td>
            </tr>
          )
        })}
      </tbody>
    </table>
  )
}

/** From the median to the 99th of a hundred, drawn; the table says the same. */
function Span({ times, topMs }: { times: Times['toShown']; topMs: number }) {
  if (times.p50Ms === null || times.p90Ms === null || times.p99Ms === null) return null
  const [from, middle, to] = [place(times.p50Ms, topMs), place(times.p90Ms, topMs), place(times.p99Ms, topMs)]
  return (
    <span aria-hidden className="relative mt-2 block h-2">
      <span className="absolute inset-x-0 top-[3.5px] h-px bg-line-2" />
      <span
        className="absolute top-[2.5px] h-[3px] rounded-full bg-chart"
        style={{ left: `${from}%`, right: `${100 - to}%` }}
      />
      <span className="absolute top-0 size-2 -translate-x-1 rounded-full bg-accent" style={{ left: `${from}%` }} />
      <span
        className="absolute top-0 size-2 -translate-x-1 rounded-full border-[1.5px] border-accent bg-surface"
        style={{ left: `${middle}%` }}
      />
    </span>
  )
}
