import { Link } from '@tanstack/react-router'
import type { AuditEntry } from '../../../worker/features/audit/contract.ts'
import { useCan } from '../../session/queries.ts'
import { RiskGlyph } from '../../ui/risk.tsx'
import { ClockTime } from '../../ui/time.tsx'
import type { Names } from './names.ts'
import { Sentence } from './sentence.tsx'

/** Events as lines: when, how risky, what. */
export function EventList(props: { entries: readonly AuditEntry[]; names: Names; label: string; compact?: boolean }) {
  const mayRead = useCan('audit.read')
  return (
    <ol aria-label={props.label} className={props.compact ? '' : 'hairlines'}>
      {props.entries.map((entry) => (
        <li key={entry.seq} className={`calm flex gap-3 ${props.compact ? 'py-1.5' : 'py-2'}`}>
          <ClockTime at={entry.at} className="w-[58px] shrink-0 pt-0.5 font-mono text-2xs text-ink-3" />
          <span className="flex pt-1">
            <RiskGlyph risk={entry.risk} />
          </span>
          <span className="min-w-0 flex-1 leading-snug text-ink-2">
            <Sentence entry={entry} names={props.names} />
          </span>
          {props.compact ? null : (
            <span className="tnum pt-0.5 font-mono text-2xs text-ink-3 max-sm:hidden">
              {mayRead ? (
                <Link to="/audit/$seq" params={{ seq: String(entry.seq) }} className="hover:text-ink hover:underline">
                  #{entry.seq}
                </Link>
              ) : (
                `#${entry.seq}`
              )}
            </span>
          )}
        </li>
      ))}
    </ol>
  )
}
