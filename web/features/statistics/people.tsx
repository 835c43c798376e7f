import { useLocale } from 'use-intl'
import type { ApprovalStatistics } from '../../../worker/features/approvals/statistics/contract.ts'
import { duration, number } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'

/** Whom we interrupt, how often, and how often the answer was yes anyway. */
export function People({ people }: { people: ApprovalStatistics['people'] }) {
  const t = useT()
  const locale = useLocale()
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
  if (people.length === 0)
    return <p className="border-y border-line py-3 text-ink-2">{t('statistics.people.nobody')}</p>
  return (
    <>
      <table className="w-full text-xs">
        <caption className="sr-only">{t('statistics.people.title')}</caption>
        <thead>
          <tr className="border-b border-line text-left text-2xs text-ink-2 [&>th]:pb-1.5 [&>th]:font-normal">
            <th scope="col">{t('statistics.people.name')}</th>
            {(['shown', 'decided', 'allowed', 'median'] as const).map((column) => (
              <th key={column} scope="col" className="pl-3 text-right">
                {t(`statistics.people.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {people.map((person) => (
            <tr key={person.userId} className="border-b border-line [&>td]:py-2">
              <th scope="row" className="w-[30%] max-w-0 truncate py-2 text-left font-medium">
                {person.name}
              </th>
              <td className="tnum pl-3 text-right">{number(locale, person.shown)}</td>
              <td className="tnum pl-3 text-right">{number(locale, person.decided)}</td>
              <td className="tnum pl-3 text-right">
                {person.decided === 0 ? (
                  <span className="text-ink-2">{t('statistics.unmeasured')}</span>
                ) : (
                  <span className="inline-flex items-center gap-2">
                    <span aria-hidden className="h-1 w-12 overflow-hidden rounded-full bg-line max-sm:hidden">
                      <span
                        className="block h-full bg-low"
                        style={{ width: `${(person.allowed / person.decided) * 100}%` }}
                      />
                    </span>
                    {percent.format(person.allowed / person.decided)}
                  </span>
                )}
              </td>
              <td className="tnum pl-3 text-right whitespace-nowrap">
                {person.medianMs === null ? (
                  <span className="text-ink-2">{t('statistics.unmeasured')}</span>
                ) : (
                  duration(locale, person.medianMs)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-2 text-2xs text-ink-2">{t('statistics.people.hint')}</p>
    </>
  )
}
