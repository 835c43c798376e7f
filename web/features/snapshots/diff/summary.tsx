import type { CategoryCount } from '../../../../worker/features/snapshots/contract.ts'
import { useT } from '../../../i18n/use-t.ts'

/** What a difference is about, on one line: `Tools 2 · Model 1`. */
export function DiffSummary({ counts }: { counts: readonly CategoryCount[] }) {
  const t = useT()
  if (counts.length === 0) return t('snapshots.sameShort')
  return counts.map(({ category, count }, at) => (
    <span key={category} className="whitespace-nowrap">
      {at === 0 ? null : <span aria-hidden> · </span>}
      {t(`snapshots.category.${category}`)} <span className="tnum">{count}</span>
    </span>
  ))
}
