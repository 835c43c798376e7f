import type { ReactNode } from 'react'
import { useLocale } from 'use-intl'
import type { CostSums } from '../../../worker/features/cost/contract.ts'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Section } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { CostText } from './cost-text.tsx'

type Row = CostSums & { key: string; name: ReactNode }

interface Props {
  title: string
  /** What one row is, such as an agent. */
  column: string
  rows: readonly Row[] | undefined
  error: unknown
  retry: () => void
  /** Of the whole range: what a row's share is told against. */
  totalMicroUsd: number
  more: { load: () => void; isLoading: boolean } | null
}

/** The costliest first, each with its share of the whole as a bar and as a number. */
export function Breakdown({ title, column, rows, error, retry, totalMicroUsd, more }: Props) {
  const t = useT()
  const locale = useLocale()
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  return (
    <Section title={title} className="min-w-0">
      {!rows ? (
        error ? (
          <Failed what={t('cost.failed')} error={error} retry={retry} />
        ) : (
          <Skeleton rows={3} height={44} />
        )
      ) : (
        <table className="w-full text-xs">
          <caption className="sr-only">{title}</caption>
          <thead>
            <tr className="border-b border-line text-left text-2xs text-ink-2 [&>th]:pb-1.5 [&>th]:font-normal">
              <th scope="col">{column}</th>
              <th scope="col" className="pl-3 text-right">
                {t('cost.runs')}
              </th>
              <th scope="col" className="pl-3 text-right max-sm:hidden">
                {t('cost.tokens')}
              </th>
              <th scope="col" className="pl-3 text-right">
                {t('cost.cost')}
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key} className="border-b border-line align-top [&>td]:py-2">
                <th scope="row" className="w-1/2 max-w-0 py-2 text-left font-medium">
                  <span className="block truncate">{row.name}</span>
                  <span aria-hidden className="mt-1 block h-1 overflow-hidden rounded-full bg-line">
                    <span
                      className="block h-full bg-chart"
                      style={{ width: `${shareOf(row.costMicroUsd, totalMicroUsd) * 100}%` }}
                    />
                  </span>
                </th>
                <td className="tnum pl-3 text-right">
                  {number(locale, row.runs)}
                  {row.unpricedRuns > 0 ? (
                    <span className="block text-2xs text-medium">
                      {t('cost.unpricedHere', { count: row.unpricedRuns })}
                    </span>
                  ) : null}
                </td>
                <td className="tnum pl-3 text-right max-sm:hidden">
                  {number(locale, row.inputTokens)}
                  <span className="block text-2xs text-ink-2">
                    {t('cost.outputTokens', { count: number(locale, row.outputTokens) })}
                  </span>
                </td>
                <td className="tnum pl-3 text-right whitespace-nowrap">
                  <CostText microUsd={row.costMicroUsd} />
                  {row.costMicroUsd === null ? null : (
                    <span className="block text-2xs text-ink-2">
                      {percent.format(shareOf(row.costMicroUsd, totalMicroUsd))}
                    </span>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {more ? (
        <div className="py-4 text-center">
          <button type="button" className="btn" disabled={more.isLoading} onClick={more.load}>
            {t('state.more')}
          </button>
        </div>
      ) : null}
    </Section>
  )
}

const shareOf = (part: number | null, whole: number) => (whole === 0 ? 0 : (part ?? 0) / whole)
