import { useLocale } from 'use-intl'
import type { ApprovalStatistics } from '../../../worker/features/approvals/statistics/contract.ts'
import { number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'

/** In the order of the bar: what people answered, what they were spared, what came to nothing, what is open. */
const groups = [
  { name: 'people', outcomes: ['allowedByPerson', 'refusedByPerson', 'atGateway'] },
  { name: 'spared', outcomes: ['allowedByRule', 'allowedByGrant', 'refusedByRule'] },
  { name: 'lost', outcomes: ['expired', 'undeliverable'] },
  { name: 'open', outcomes: ['pending'] },
] as const
type Outcome = (typeof groups)[number]['outcomes'][number]

/** Hatching sets apart what rules and grants did, so that the bar is read without colours too. */
const fills: Record<Outcome, string> = {
  allowedByPerson: 'bg-low',
  refusedByPerson: 'bg-critical',
  atGateway: 'bg-ink-3',
  allowedByRule: 'bg-low hatched',
  allowedByGrant: 'bg-low hatched',
  refusedByRule: 'bg-critical hatched',
  expired: 'bg-medium',
  undeliverable: 'bg-high',
  pending: 'bg-line-2',
}

/** How every request of the range ended: one bar, and its numbers. */
export function Outcomes({ data }: { data: ApprovalStatistics }) {
  const t = useT()
  const locale = useLocale()
  const percent = new Intl.NumberFormat(locale, {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  })
  const all = groups.flatMap((group) => group.outcomes)
  return (
    <section aria-label={t('statistics.outcomes.title')}>
      <div className="flex flex-wrap items-baseline gap-x-3">
        <p className="tnum text-2xl font-semibold tracking-tight">{number(locale, data.total)}</p>
        <p className="text-ink-2">{t('statistics.outcomes.requests')}</p>
      </div>
      <div aria-hidden className="mt-3 flex h-3 gap-px overflow-hidden rounded-sm bg-line">
        {all.map((outcome) =>
          data.byOutcome[outcome] > 0 ? (
            <span
              key={outcome}
              className={`h-full min-w-[3px] ${fills[outcome]}`}
              style={{ flexGrow: data.byOutcome[outcome] }}
            />
          ) : null,
        )}
      </div>
      <div className="mt-4 grid gap-x-8 gap-y-5 sm:grid-cols-2 lg:grid-cols-4">
        {groups.map((group) => (
          <div key={group.name}>
            <h2 className="mb-1 text-xs font-medium text-ink-2">{t(`statistics.outcomes.group.${group.name}`)}</h2>
            <dl className="hairlines">
              {group.outcomes.map((outcome) => (
                <div key={outcome} className="flex items-center gap-2 py-1.5 text-xs">
                  <span aria-hidden className={`size-2.5 shrink-0 rounded-sm ${fills[outcome]}`} />
                  <dt className="min-w-0 flex-1">{t(`statistics.outcomes.${outcome}`)}</dt>
                  <dd className="tnum">
                    <span className="font-medium">{number(locale, data.byOutcome[outcome])}</span>
                    <span className="ml-2 inline-block w-12 text-right text-ink-2">
                      {percent.format(data.byOutcome[outcome] / data.total)}
                    </span>
                  </dd>
                </div>
              ))}
            </dl>
          </div>
        ))}
      </div>
    </section>
  )
}
