import type { RollbackPreview } from '../../../../worker/features/snapshots/contract.ts'
import type { ChangeCategory } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { groupsOf } from '../diff/rows.ts'

/** Which categories go back: all of them, or only those with a tick. */
export function Parts(props: {
  /** What would go back if everything did. */
  whole: RollbackPreview
  chosen: readonly ChangeCategory[]
  choose: (categories: ChangeCategory[]) => void
}) {
  const t = useT()
  const groups = groupsOf(props.whole.changes)
  const all = groups.map(({ category }) => category)
  const isChosen = (category: ChangeCategory) => props.chosen.length === 0 || props.chosen.includes(category)
  if (groups.length < 2) return null
  const toggle = (category: ChangeCategory) => {
    const next = all.filter((each) => (each === category ? !isChosen(each) : isChosen(each)))
    // Nothing would be nothing to do, and everything is what no choice means.
    if (next.length > 0) props.choose(next.length === all.length ? [] : next)
  }
  return (
    <fieldset>
      <legend className="mb-1.5 text-xs font-medium">{t('snapshots.preview.parts')}</legend>
      <div className="flex flex-wrap gap-1.5">
        {groups.map(({ category, count }) => (
          <label
            key={category}
            className="flex h-8 cursor-pointer items-center gap-2 rounded-md border border-line-2 px-2.5 text-xs has-checked:border-accent has-checked:bg-accent-soft/60 max-md:h-11"
          >
            <input
              type="checkbox"
              className="accent-[var(--accent)]"
              checked={isChosen(category)}
              onChange={() => toggle(category)}
            />
            {t(`snapshots.category.${category}`)} <span className="tnum text-2xs text-ink-2">{count}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
