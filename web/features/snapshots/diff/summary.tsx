import type { SemanticChange } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { groupsOf } from './rows.ts'

/** What a difference is about, on one line: `Tools 2 · Model 1`. */
export function DiffSummary({ changes }: { changes: readonly SemanticChange[] }) {
  const t = useT()
  const groups = groupsOf(changes)
  if (groups.length === 0) return t('snapshots.sameShort')
  return groups.map(({ category, count }, at) => (
    <span key={category} className="whitespace-nowrap">
      {at === 0 ? null : <span aria-hidden> · </span>}
      {t(`snapshots.category.${category}`)} <span className="tnum">{count}</span>
    </span>
  ))
}
