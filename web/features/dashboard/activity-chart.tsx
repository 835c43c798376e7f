import { useLocale } from 'use-intl'
import type { DashboardOverview } from '../../../worker/features/dashboard/contract.ts'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useNow } from '../../use-now.ts'

const width = 24 * 28
const height = 150
const hourMs = 3_600_000

/** A bound above the largest bar that reads well: 1, 2 or 5 times a power of ten. */
const ceiling = (max: number) => {
  const power = 10 ** Math.floor(Math.log10(Math.max(max, 1)))
  return ([1, 2, 5, 10].find((step) => step * power >= max) ?? 10) * power
}

/** Events of the last 24 hours, the risky ones as the darker foot of each bar; the same numbers as a hidden table. */
export function ActivityChart({ activity }: { activity: DashboardOverview['activity'] }) {
  const t = useT()
  const locale = useLocale()
  const endsAt = Math.ceil(useNow() / hourMs) * hourMs
  const top = ceiling(Math.max(4, ...activity.events))
  const tall = (count: number) => (count === 0 ? 0 : Math.max(2, (count / top) * height))
  const hourOf = (index: number) =>
    new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(
      endsAt - (24 - index) * hourMs,
    )
  return (
    <figure>
      <svg viewBox={`0 0 ${width + 34} ${height + 26}`} className="w-full" aria-hidden="true">
        {[0, 0.5, 1].map((part) => (
          <g key={part}>
            <line
              x1="34"
              x2={width + 34}
              y1={height - part * height + 4}
              y2={height - part * height + 4}
              stroke="var(--line)"
            />
            <text x="26" y={height - part * height + 8} textAnchor="end" fontSize="11" fill="var(--ink-3)">
              {number(locale, top * part)}
            </text>
          </g>
        ))}
        {activity.events.map((count, index) => {
          const risky = Math.min(count, activity.risky[index] ?? 0)
          const x = 34 + index * 28 + 5
          return (
            // The hours are positions, not things: there are always 24 in this order.
            <g key={hourOf(index)}>
              <rect x={x} y={height + 4 - tall(count)} width="18" height={tall(count)} rx="2" fill="var(--chart)" />
              <rect x={x} y={height + 4 - tall(risky)} width="18" height={tall(risky)} rx="2" fill="var(--high)" />
              {index % 6 === 0 ? (
                <text x={x} y={height + 22} fontSize="11" fill="var(--ink-3)">
                  {hourOf(index)}
                </text>
              ) : null}
            </g>
          )
        })}
      </svg>
      <figcaption className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-2xs text-ink-2">
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-sm bg-[var(--chart)]" />
          {t('dashboard.chart.events')}
        </span>
        <span className="flex items-center gap-1.5">
          <span aria-hidden className="size-2.5 rounded-sm bg-high" />
          {t('dashboard.chart.risky')}
        </span>
      </figcaption>
      <table className="sr-only">
        <caption>{t('dashboard.chart.title')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('dashboard.chart.hour')}</th>
            <th scope="col">{t('dashboard.chart.events')}</th>
            <th scope="col">{t('dashboard.chart.risky')}</th>
          </tr>
        </thead>
        <tbody>
          {activity.events.map((count, index) => (
            <tr key={hourOf(index)}>
              <th scope="row">{hourOf(index)}</th>
              <td>{count}</td>
              <td>{activity.risky[index] ?? 0}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </figure>
  )
}
