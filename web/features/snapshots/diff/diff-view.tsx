import { useMemo } from 'react'
import type { SemanticChange } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { ChangeRow } from './change-row.tsx'
import { groupsOf, keyOf } from './rows.ts'

/** What differs, by what it is about; nothing is said of what is the same. */
export function DiffView({ changes }: { changes: readonly SemanticChange[] }) {
  const t = useT()
  const groups = useMemo(() => groupsOf(changes), [changes])
  if (groups.length === 0) return <p className="border-y border-line py-3 text-ink-2">{t('snapshots.same')}</p>
  return (
    <div className="space-y-6">
      {groups.map(({ category, rows, count }) => (
        <section key={category} aria-label={t(`snapshots.category.${category}`)}>
          <h3 className="mb-1.5 flex items-baseline gap-2 text-xs text-ink-2">
            {t(`snapshots.category.${category}`)}
            <span className="tnum text-2xs text-ink-3">{count}</span>
          </h3>
          <ul className="hairlines">
            {rows.map((row) => (
              <ChangeRow key={keyOf(row)} row={row} />
            ))}
          </ul>
        </section>
      ))}
    </div>
  )
}
