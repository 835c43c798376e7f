import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { ChartColumn } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { ApprovalStatistics } from '../../../worker/features/approvals/statistics/contract.ts'
import { absolute } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Filter } from '../../ui/field.tsx'
import { Page, Section } from '../../ui/page.tsx'
import { Empty, Failed, Skeleton } from '../../ui/state.tsx'
import { DeliveryTimes } from './delivery-times.tsx'
import { Outcomes } from './outcomes.tsx'
import { People } from './people.tsx'
import { ProposalDialog } from './proposal-dialog.tsx'
import { type Proposal, Proposals } from './proposals.tsx'

import { statisticsQuery } from './queries.ts'

const ranges = [7, 30, 90] as const

/** How often people are asked, how fast answers take effect, and what would make the list shorter. */
export function StatisticsPage() {
  const t = useT()
  const locale = useLocale()
  const { days: chosen } = useSearch({ from: '/room/approvals/statistics' })
  const days = ranges.find((one) => String(one) === chosen) ?? 30
  const navigate = useNavigate()
  const found = useQuery(statisticsQuery(days))
  const data = found.data
  return (
    <Page
      title={t('statistics.title')}
      lead={t('statistics.lead')}
      actions={
        <Filter
          label={t('statistics.range')}
          value={String(days)}
          onChange={(event) =>
            void navigate({
              to: '/approvals/statistics',
              search: event.target.value === '30' ? {} : { days: event.target.value },
              replace: true,
            })
          }
        >
          {ranges.map((one) => (
            <option key={one} value={String(one)}>
              {t('statistics.days', { days: one })}
            </option>
          ))}
        </Filter>
      }
    >
      {found.isPending ? (
        <Skeleton rows={9} height={44} />
      ) : found.isError && !data ? (
        <Failed what={t('statistics.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : data && data.total === 0 ? (
        <Empty
          icon={<ChartColumn size={20} strokeWidth={1.75} aria-hidden />}
          title={t('statistics.empty.title')}
          body={t('statistics.empty.body')}
        />
      ) : data ? (
        <>
          <Figures data={data} />
          <p className="mt-6 text-2xs text-ink-2">
            {t('statistics.between', {
              from: absolute(locale, Date.parse(data.from)),
              to: absolute(locale, Date.parse(data.to)),
            })}
          </p>
        </>
      ) : null}
    </Page>
  )
}

function Figures({ data }: { data: ApprovalStatistics }) {
  const t = useT()
  const [shown, setShown] = useState<Proposal | null>(null)
  return (
    <div className="space-y-9">
      <Outcomes data={data} />
      <Section title={t('statistics.proposals.title')}>
        <Proposals items={data.proposals} show={setShown} />
      </Section>
      <div className="grid gap-x-12 gap-y-9 lg:grid-cols-2">
        <Section title={t('statistics.people.title')} className="min-w-0">
          <People people={data.people} />
        </Section>
        <Section
          title={t('statistics.delivery.title')}
          className="min-w-0"
          aside={
            <Link to="/approvals/delivery" className="aside-link">
              {t('statistics.delivery.each')}
            </Link>
          }
        >
          <DeliveryTimes delivery={data.delivery} />
        </Section>
      </div>
      {shown ? <ProposalDialog proposal={shown} close={() => setShown(null)} /> : null}
    </div>
  )
}
