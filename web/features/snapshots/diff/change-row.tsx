import type { SemanticChange } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { RiskGlyph, riskText } from '../../../ui/risk.tsx'
import { dottedPath, FieldPath } from './field-path.tsx'
import type { DiffRow } from './rows.ts'
import { ListChanged, WhatChanged } from './what-changed.tsx'

/** One setting: which, what became of it, how risky that is and why. */
export function ChangeRow({ row }: { row: DiffRow }) {
  const t = useT()
  const judged: SemanticChange = row.kind === 'one' ? row.change : row.changes[0]
  const steps = row.kind === 'one' ? row.change.steps : row.steps
  const isFile = judged.category === 'files'
  return (
    <li className="grid grid-cols-[14px_minmax(0,1fr)] gap-x-3 py-3 text-xs">
      <span className="pt-[3px]">
        <RiskGlyph risk={judged.risk} />
      </span>
      <div className="min-w-0">
        <div className="mb-1.5 flex flex-wrap items-baseline gap-x-3">
          <h4 className="min-w-0 font-medium break-words">
            <FieldPath steps={steps} isFile={isFile} />
          </h4>
          <code className="min-w-0 font-mono text-2xs break-all text-ink-3">{visible(dottedPath(steps))}</code>
        </div>
        {row.kind === 'one' ? <WhatChanged change={row.change} /> : <ListChanged changes={row.changes} />}
        <p className={`mt-1.5 text-2xs ${judged.risk === 'low' ? 'text-ink-2' : riskText[judged.risk]}`}>
          {t('snapshots.because', { risk: t(`risk.${judged.risk}`), rule: t(`snapshots.rule.${judged.rule}`) })}
        </p>
      </div>
    </li>
  )
}
