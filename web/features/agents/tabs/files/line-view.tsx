import { useT } from '../../../../i18n/use-t.ts'
import { compareLines } from './lines.ts'

const looks = {
  same: { sign: ' ', row: '' },
  mine: { sign: '+', row: 'bg-low-soft' },
  theirs: { sign: '−', row: 'bg-critical-soft' },
}

/** Two versions of a text, line by line; what only one has is marked by a sign and a word, not only by colour. */
export function LineView({ theirs, mine }: { theirs: string; mine: string }) {
  const t = useT()
  return (
    <div className="max-h-[46dvh] overflow-auto rounded-md border border-line bg-surface font-mono text-2xs leading-5">
      <ol className="w-max min-w-full">
        {compareLines(theirs, mine).map((line) =>
          line.kind === 'gap' ? (
            <li key={`gap ${line.mineAt}`} className="bg-sunken px-3 text-ink-3">
              {t('agent.files.sameLines', { count: line.count })}
            </li>
          ) : (
            <li key={`${line.mineAt} ${line.theirsAt}`} className={`flex ${looks[line.kind].row}`}>
              <span aria-hidden className="tnum w-10 shrink-0 pr-2 text-right text-ink-3 select-none">
                {line.theirsAt ?? ''}
              </span>
              <span aria-hidden className="tnum w-10 shrink-0 pr-2 text-right text-ink-3 select-none">
                {line.mineAt ?? ''}
              </span>
              <span aria-hidden className="w-4 shrink-0 select-none">
                {looks[line.kind].sign}
              </span>
              {line.kind === 'same' ? null : (
                <span className="sr-only">
                  {t(line.kind === 'mine' ? 'agent.files.onlyMine' : 'agent.files.onlyTheirs')}
                </span>
              )}
              <span className="pr-3 whitespace-pre">{line.text === '' ? ' ' : line.text}</span>
            </li>
          ),
        )}
      </ol>
    </div>
  )
}
