import type { Difference } from '../../../worker/features/memory/contract.ts'
import { useT } from '../../i18n/use-t.ts'

const looks = {
  same: { sign: ' ', row: '' },
  added: { sign: '+', row: 'bg-low-soft' },
  removed: { sign: '−', row: 'bg-critical-soft' },
}

/** Changed lines with their neighbours; each is marked by a sign and a word, not only by colour. */
export function DifferenceView({ difference }: { difference: Difference }) {
  const t = useT()
  const { hunks, added, removed } = difference
  if (hunks.length === 0) return <p className="py-2 text-xs text-ink-2">{t('memory.noDifference')}</p>
  return (
    <div className="mt-2">
      <p className="tnum mb-1 text-2xs text-ink-2">{t('memory.difference', { added, removed })}</p>
      <div className="max-h-[46dvh] overflow-auto rounded-md border border-line bg-surface font-mono text-2xs leading-5">
        {hunks.map((hunk) => (
          <ol key={`${hunk.before} ${hunk.after}`} className="w-max min-w-full border-b border-line last:border-b-0">
            {numbered(hunk.lines).map(({ kind, text, at }) => (
              <li key={at} className={`flex ${looks[kind].row}`}>
                <span aria-hidden className="w-5 shrink-0 text-center select-none">
                  {looks[kind].sign}
                </span>
                {kind === 'same' ? null : <span className="sr-only">{t(`memory.line.${kind}`)}</span>}
                <span className="pr-3 whitespace-pre">{text === '' ? ' ' : text}</span>
              </li>
            ))}
          </ol>
        ))}
      </div>
    </div>
  )
}

const numbered = (lines: Difference['hunks'][number]['lines']) => lines.map((line, at) => ({ ...line, at }))
