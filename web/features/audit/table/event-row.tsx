import { type MouseEvent, memo } from 'react'
import { useLocale } from 'use-intl'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { shortMoment } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { actorName, type Names } from '../names.ts'
import { Sentence } from '../sentence.tsx'

/** The table's columns, for its head and its rows; on a phone two lines. */
export const columns =
  'grid gap-x-4 px-4 grid-cols-[112px_14px_minmax(0,1fr)_minmax(96px,150px)_72px] lg:grid-cols-[112px_14px_minmax(0,1fr)_150px_190px_72px]'
const card =
  'max-md:h-[82px] max-md:content-center max-md:gap-x-3 max-md:gap-y-1 max-md:grid-cols-[14px_minmax(0,1fr)_auto_auto]'

/**
 * One event. Its link covers the row, so that a row is one stop of the keyboard. It is a plain link that the table
 * follows: the router's own costs more than all the rest of a row, and a dozen rows come into sight with each frame.
 */
export const EventRow = memo(function EventRow(props: {
  entry: AuditEntry
  names: Names
  index: number
  /** Of all rows; -1 when nobody knows yet. */
  count: number
  onFocus: (index: number) => void
  open: (event: MouseEvent, seq: number) => void
}) {
  const t = useT()
  const locale = useLocale()
  const { entry, names, index } = props
  return (
    <li
      aria-posinset={index + 1}
      aria-setsize={props.count}
      className={`${columns} ${card} relative h-[34px] items-center overflow-hidden border-b border-line text-xs hover:bg-sunken focus-within:bg-accent-soft`}
    >
      <span className="font-mono text-2xs whitespace-nowrap text-ink-2 max-md:order-3 max-md:col-span-2">
        <time dateTime={entry.at}>{shortMoment(locale, Date.parse(entry.at))}</time>
      </span>
      <span className="flex max-md:order-1">
        <RiskGlyph risk={entry.risk} />
      </span>
      <span className="min-w-0 max-md:order-2 max-md:col-span-3">
        <a
          href={`/audit/${entry.seq}`}
          onClick={(event) => props.open(event, entry.seq)}
          data-index={index}
          onFocus={() => props.onFocus(index)}
          className="block truncate text-ink-2 outline-none after:absolute after:inset-0 focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent max-md:line-clamp-2 max-md:whitespace-normal"
        >
          <Sentence entry={entry} names={names} />
        </a>
      </span>
      <span className="truncate text-ink-2 max-md:order-4 max-md:text-2xs">{actorName(t, names, entry)}</span>
      <span className="truncate font-mono text-2xs text-ink-3 max-lg:hidden">{entry.type}</span>
      <span className="tnum text-right font-mono text-2xs text-ink-3 max-md:order-5">{entry.seq}</span>
    </li>
  )
})
