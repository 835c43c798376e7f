import { useState } from 'react'
import type { Hunk } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { type Line, linesOf } from './lines.ts'

const looks = {
  same: { sign: ' ', row: '' },
  added: { sign: '+', row: 'bg-low-soft' },
  removed: { sign: '−', row: 'bg-critical-soft' },
}
/** More lines than these are shown only when asked for. */
const linesAtOnce = 60

/** A text line by line: what came and what went is told by a sign and a word, not only by colour. */
export function Hunks({ hunks }: { hunks: readonly Hunk[] }) {
  const t = useT()
  const [all, setAll] = useState(false)
  const parts = hunks.map(linesOf)
  const count = parts.reduce((sum, lines) => sum + lines.length, 0)
  const told = (kind: Line['kind']) => parts.flat().filter((line) => line.kind === kind).length
  let left = all ? count : linesAtOnce
  const shown = parts.map((lines) => {
    const some = lines.slice(0, left)
    left -= some.length
    return some
  })
  return (
    <div>
      <p className="tnum mb-1 text-2xs text-ink-2">
        {t('snapshots.lines.count', { added: told('added'), removed: told('removed') })}
      </p>
      <div className="overflow-hidden rounded-md border border-line bg-surface font-mono text-2xs leading-5">
        {shown.map((lines, at) =>
          lines.length === 0 ? null : (
            <ol key={`${hunks[at]?.oldStart} ${hunks[at]?.newStart}`} className="border-b border-line last:border-b-0">
              {lines.map((line) => (
                <Row key={line.at} line={line} />
              ))}
            </ol>
          ),
        )}
      </div>
      {count > linesAtOnce && !all ? (
        <button type="button" className="btn mt-2" onClick={() => setAll(true)}>
          {t('snapshots.lines.all', { count })}
        </button>
      ) : null}
    </div>
  )
}

function Row({ line: { kind, text, old, now } }: { line: Line }) {
  const t = useT()
  return (
    <li className={`flex ${looks[kind].row}`}>
      <span aria-hidden className="tnum w-9 shrink-0 pr-2 text-right text-ink-3 select-none max-md:hidden">
        {old ?? ''}
      </span>
      <span aria-hidden className="tnum w-9 shrink-0 pr-2 text-right text-ink-3 select-none">
        {now ?? ''}
      </span>
      <span aria-hidden className="w-4 shrink-0 select-none">
        {looks[kind].sign}
      </span>
      {kind === 'same' ? null : <span className="sr-only">{t(`snapshots.lines.${kind}`)}</span>}
      <span className="min-w-0 flex-1 pr-3 break-words whitespace-pre-wrap">{text === '' ? ' ' : visible(text)}</span>
    </li>
  )
}
