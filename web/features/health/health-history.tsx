import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { HealthChange } from '../../../worker/features/health/contract.ts'
import { absolute } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { Ago } from '../../ui/time.tsx'
import { useNow } from '../../use-now.ts'
import { HealthDot } from './health-dot.tsx'
import { healthText } from './health-text.ts'
import { type Segment, segmentsOf } from './segments.ts'

const ranges = { day: 86_400_000, week: 7 * 86_400_000 } as const
type Range = keyof typeof ranges

/** Height says it as well as colour: the worse, the taller. */
const looks: Record<Segment['state'], string> = {
  healthy: 'h-2 bg-low opacity-70',
  degraded: 'h-5 bg-medium',
  offline: 'h-8 bg-critical',
}

interface Props {
  history: readonly HealthChange[]
  /** Before that there is nothing to draw. */
  bornAt: string
  /** Of an agent: each change says whether it was its own. */
  namesWhose?: boolean
}

/** How it was over the last day or week: a strip, and below it each change with its causes. */
export function HealthHistory({ history, bornAt, namesWhose = false }: Props) {
  const t = useT()
  const locale = useLocale()
  const now = useNow()
  const [range, setRange] = useState<Range>('day')
  const from = now - ranges[range]
  const segments = segmentsOf(history, { from, to: now, bornAt: Date.parse(bornAt) })
  const shown = history.filter(({ at }) => Date.parse(at) >= from)
  const share = (ms: number) => `${(ms / ranges[range]) * 100}%`
  return (
    <Section
      title={t('health.history')}
      aside={
        <fieldset aria-label={t('health.range')} className="flex gap-1">
          {(['day', 'week'] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={range === each}
              className="btn btn-quiet aria-pressed:bg-sunken aria-pressed:text-ink"
              onClick={() => setRange(each)}
            >
              {t(`health.ranges.${each}`)}
            </button>
          ))}
        </fieldset>
      }
    >
      <div aria-hidden className="relative h-8 overflow-hidden rounded-md bg-sunken">
        {segments.map((segment) => (
          <span
            key={segment.from}
            title={`${healthText(t, { ...segment })} · ${absolute(locale, segment.from)}`}
            className={`absolute bottom-0 min-w-0.5 ${looks[segment.state]}`}
            style={{ left: share(segment.from - from), width: share(segment.to - segment.from) }}
          />
        ))}
      </div>
      <p aria-hidden className="tnum mt-1 flex justify-between text-2xs text-ink-2">
        <span>{t(`health.ago.${range}`)}</span>
        <span>{t('health.now')}</span>
      </p>
      <ul className="mt-2 flex flex-wrap gap-x-4 gap-y-1 text-2xs text-ink-2">
        {(['healthy', 'degraded', 'offline'] as const).map((state) => (
          <li key={state} className="flex items-end gap-1.5">
            <span
              aria-hidden
              className={`w-2.5 rounded-sm ${looks[state].replace('h-8', 'h-3.5').replace('h-5', 'h-2.5')}`}
            />
            {t(`wellness.state.${state}`)}
          </li>
        ))}
      </ul>
      {shown.length === 0 ? (
        <p className="mt-3 border-y border-line py-3 text-ink-2">{t('health.noChange')}</p>
      ) : (
        <ol aria-label={t('health.history')} className="hairlines mt-3">
          {shown.map(({ at, state, causes, isFlapping, of }) => (
            <li key={`${at} ${of}`} className="flex flex-wrap items-center gap-x-3 gap-y-0.5 py-2">
              <HealthDot state={state} causes={causes.map(({ cause }) => cause)} isFlapping={isFlapping} />
              <span className="min-w-0 flex-1 text-2xs text-ink-2">{namesWhose ? t(`health.of.${of}`) : null}</span>
              <Ago at={at} className="text-2xs text-ink-2" />
            </li>
          ))}
        </ol>
      )}
    </Section>
  )
}
