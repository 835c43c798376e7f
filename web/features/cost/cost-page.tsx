import { useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { Coins } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { CostSummary } from '../../../worker/features/cost/contract.ts'
import { serverNow } from '../../clock.ts'
import { cost, number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Page, Section } from '../../ui/page.tsx'
import { Empty, Failed, Note, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { ByAgent, ByConnector, ByModel } from './breakdowns.tsx'
import { CostText } from './cost-text.tsx'
import { DayChart } from './day-chart.tsx'
import { summaryQuery } from './queries.ts'
import { type CostRange, rangeOf } from './range.ts'
import { RangePicker } from './range-picker.tsx'

/** What runs cost, by day, and whose they were. */
export function CostPage() {
  const t = useT()
  const search = useSearch({ from: '/room/cost' })
  const range = rangeOf(search, serverNow())
  const found = useQuery(summaryQuery(range))
  const summary = found.data
  return (
    <Page
      title={t('nav.cost')}
      lead={
        <span className="flex flex-wrap gap-x-4 gap-y-1">
          <span>{t('cost.lead')}</span>
          {summary ? (
            <span>
              {t('cost.asOf')} <Ago at={summary.dataAsOf} />
            </span>
          ) : null}
        </span>
      }
      actions={<RangePicker search={search} />}
    >
      {!summary ? (
        found.isError ? (
          <Failed what={t('cost.failed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Loading />
        )
      ) : (
        <div className="space-y-8" aria-busy={found.isPlaceholderData}>
          {found.isError ? <Note tone="warn">{t('cost.stale')}</Note> : null}
          {summary.total.runs === 0 ? <Nothing /> : <Costs summary={summary} range={range} />}
        </div>
      )}
    </Page>
  )
}

function Costs({ summary, range }: { summary: CostSummary; range: CostRange }) {
  const t = useT()
  const { total, byDay } = summary
  const whole = total.costMicroUsd ?? 0
  return (
    <>
      <Figures summary={summary} />
      {total.unpricedRuns > 0 ? (
        <Note tone="warn">{t('cost.unpriced', { count: total.unpricedRuns, runs: total.runs })}</Note>
      ) : null}
      <Section title={t('cost.chart.title')} aside={<span className="text-2xs text-ink-2">{t('cost.utc')}</span>}>
        <DayChart days={byDay} />
      </Section>
      <div className="grid gap-x-10 gap-y-8 lg:grid-cols-2">
        <ByAgent range={range} whole={whole} />
        <div className="min-w-0 space-y-8">
          <ByModel range={range} whole={whole} />
          <ByConnector range={range} whole={whole} />
        </div>
      </div>
    </>
  )
}

function Figures({ summary: { total, byDay } }: { summary: CostSummary }) {
  const t = useT()
  const locale = useLocale()
  const priced = total.runs - total.unpricedRuns
  const figures = [
    {
      name: t('cost.total'),
      value: <CostText microUsd={total.costMicroUsd} />,
      below: t('cost.perDay', {
        cost: cost(locale, Math.round((total.costMicroUsd ?? 0) / Math.max(1, byDay.length))),
      }),
    },
    {
      name: t('cost.runs'),
      value: number(locale, total.runs),
      below:
        priced > 0 && total.costMicroUsd !== null
          ? t('cost.perRun', { cost: cost(locale, Math.round(total.costMicroUsd / priced)) })
          : t('cost.noPrice'),
    },
    { name: t('cost.input'), value: number(locale, total.inputTokens), below: t('cost.inputBelow') },
    { name: t('cost.output'), value: number(locale, total.outputTokens), below: t('cost.outputBelow') },
  ]
  return (
    <section
      aria-label={t('cost.total')}
      className="grid grid-cols-2 rounded-lg border border-line bg-surface lg:grid-cols-4"
    >
      {figures.map(({ name, value, below }) => (
        <div
          key={name}
          className="min-w-0 border-line px-4 py-4 max-lg:odd:border-r max-lg:nth-[-n+2]:border-b md:px-5 lg:not-last:border-r"
        >
          <p className="text-xs text-ink-2">{name}</p>
          <p className="tnum mt-1 text-2xl font-semibold tracking-tight">{value}</p>
          <p className="tnum mt-1.5 text-2xs text-ink-2">{below}</p>
        </div>
      ))}
    </section>
  )
}

function Nothing() {
  const t = useT()
  return (
    <Empty
      icon={<Coins size={20} strokeWidth={1.75} aria-hidden />}
      title={t('cost.empty.title')}
      body={t('cost.empty.body')}
    >
      <Link to="/connectors" className="btn">
        {t('cost.empty.toConnectors')}
      </Link>
    </Empty>
  )
}

function Loading() {
  return (
    <div aria-busy="true" className="space-y-8">
      <div className="h-[114px] animate-pulse rounded-lg border border-line bg-surface max-lg:h-[228px]" />
      <div className="h-48 animate-pulse rounded-lg bg-sunken" />
      <Skeleton rows={4} height={44} />
    </div>
  )
}
