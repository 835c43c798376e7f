import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { RiskGlyph, riskText } from '../../../ui/risk.tsx'
import { dottedPath, FieldPath } from './field-path.tsx'
import { type DiffRow, reasonsOf } from './rows.ts'
import { ListChanged, WhatChanged } from './what-changed.tsx'

/** One setting: which, what became of it, how risky that is and why. */
export function ChangeRow({ row }: { row: DiffRow }) {
  const t = useT()
  const steps = row.kind === 'one' ? row.change.steps : row.steps
  const isFile = row.kind === 'one' && row.change.category === 'files'
  const reasons = reasonsOf(row)
  return (
    <li className="grid grid-cols-[14px_minmax(0,1fr)] gap-x-3 py-3 text-xs">
      <span className="pt-[3px]">{reasons[0] ? <RiskGlyph risk={reasons[0].risk} /> : null}</span>
      <div className="min-w-0">
        <div className="mb-1.5 flex flex-wrap items-baseline gap-x-3">
          <h4 className="min-w-0 font-medium break-words">
            <FieldPath steps={steps} isFile={isFile} />
          </h4>
          {isFile ? null : (
            <code className="min-w-0 font-mono text-2xs break-all text-ink-3">{visible(dottedPath(steps))}</code>
          )}
        </div>
        {row.kind === 'one' ? <WhatChanged change={row.change} /> : <ListChanged changes={row.changes} />}
        {reasons.map(({ risk, rule }, at) => (
          <p
            key={rule}
            className={`text-2xs ${at === 0 ? 'mt-1.5' : ''} ${risk === 'low' ? 'text-ink-2' : riskText[risk]}`}
          >
            {t('snapshots.because', { risk: t(`risk.${risk}`), rule: t(`snapshots.rule.${rule}`) })}
          </p>
        ))}
      </div>
    </li>
  )
}
