import { useInfiniteQuery } from '@tanstack/react-query'
import { useLocale } from 'use-intl'
import type { KillDrill } from '../../../../worker/features/kill-switch/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot, type Tone } from '../../../ui/badge.tsx'
import { Section } from '../../../ui/page.tsx'
import { Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { Steps } from '../order/steps.tsx'
import { drillsQuery } from '../queries.ts'
import { drillText } from '../reason-text.ts'

const tones: Record<KillDrill['state'], Tone> = {
  ordered: 'busy',
  passed: 'good',
  failed: 'bad',
  impossible: 'warn',
  lapsed: 'warn',
}

/** Drills with the time that each took to be confirmed. */
export function Drills() {
  const t = useT()
  const list = useInfiniteQuery(drillsQuery)
  const drills = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('kill.drills')}>
      {list.isPending ? (
        <Skeleton rows={2} height={52} />
      ) : list.isError && !list.data ? (
        <Failed what={t('kill.drillsFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : drills.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('kill.noDrills')}</p>
      ) : (
        <>
          <Chart drills={drills} />
          <ul className="hairlines">
            {drills.map((drill) => (
              <Drill key={drill.id} drill={drill} />
            ))}
          </ul>
          <NextPage of={list} isOlder />
        </>
      )}
    </Section>
  )
}

function Drill({ drill }: { drill: KillDrill }) {
  const t = useT()
  const locale = useLocale()
  const { report } = drill
  const because = drillText(t, locale, drill)
  return (
    <li>
      <details>
        <summary className="flex min-h-11 cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 py-2">
          <span className="min-w-32 flex-1 truncate font-medium max-sm:basis-full">{drill.connectorName}</span>
          {report?.toolsBefore != null && report.toolsAfter !== null ? (
            <span className="tnum text-2xs text-ink-2">
              {t('kill.drillTools', { before: report.toolsBefore, after: report.toolsAfter })}
            </span>
          ) : null}
          {report?.confirmedMs != null ? (
            <span className="tnum text-xs text-ink-2">{duration(locale, report.confirmedMs)}</span>
          ) : null}
          <Dot tone={tones[drill.state]}>{t(`kill.drillState.${drill.state}`)}</Dot>
          <span className="text-2xs text-ink-2 max-sm:ml-auto sm:w-24 sm:text-right">
            <Ago at={drill.orderedAt} />
          </span>
        </summary>
        <div className="space-y-3 pb-4">
          {because ? <p className="text-xs text-ink-2">{because}</p> : null}
          {report ? <Steps steps={report.steps} /> : null}
          {report ? (
            <p className="text-2xs text-ink-2">
              {t(
                report.isRunRefused === null
                  ? 'kill.drillNoPlugin'
                  : report.isRunRefused
                    ? 'kill.drillRefused'
                    : 'kill.drillNotRefused',
              )}{' '}
              {report.isExact === null ? '' : t(report.isExact ? 'kill.exact' : 'kill.notExact')}
            </p>
          ) : null}
        </div>
      </details>
    </li>
  )
}

const height = 64
/** As many as are told apart on a phone. */
const barsMax = 40

/** Oldest on the left; one that did not pass is hollow. The numbers stand in the list below. */
function Chart({ drills }: { drills: readonly KillDrill[] }) {
  const t = useT()
  const locale = useLocale()
  const told = drills
    .filter(({ report }) => report?.confirmedMs != null)
    .slice(0, barsMax)
    .toReversed()
  if (told.length < 2) return null
  const times = told.map(({ report }) => report?.confirmedMs ?? 0)
  const slowest = Math.max(...times)
  const sorted = times.toSorted((a, b) => a - b)
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0
  return (
    <figure className="mb-3">
      <figcaption className="mb-2 text-2xs text-ink-2">
        {t('kill.drillTimes', { middle: duration(locale, middle), slowest: duration(locale, slowest) })}
      </figcaption>
      <div aria-hidden className="flex items-end gap-1 border-b border-line" style={{ height }}>
        {told.map((drill) => {
          const ms = drill.report?.confirmedMs ?? 0
          return (
            <span
              key={drill.id}
              title={`${drill.connectorName}: ${duration(locale, ms)}`}
              className={`max-w-6 flex-1 rounded-t-sm ${drill.state === 'passed' ? 'bg-chart' : 'border border-b-0 border-critical'}`}
              style={{ height: `${Math.max(4, (ms / slowest) * 100)}%` }}
            />
          )
        })}
      </div>
    </figure>
  )
}
