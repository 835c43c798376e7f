import { useNavigate } from '@tanstack/react-router'
import { type MouseEvent, type ReactNode, type RefObject, useCallback, useEffect, useRef, useState } from 'react'
import { useLocale } from 'use-intl'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Trouble } from '../../../ui/state.tsx'
import { useIsNarrow } from '../../../ui/use-media.ts'
import { useWindow } from '../../../ui/use-window.ts'
import type { Names } from '../names.ts'
import { columns, EventRow } from './event-row.tsx'
import { useTableKeys } from './use-table-keys.ts'

const rowHeight = 34
const cardHeight = 82
/** The next page is asked for this many rows before the end comes into sight. */
const rowsAhead = 60

export type More = { load: () => void; isLoading: boolean; error: Error | null }

/** Rows of one height of which only those in sight are there; on a phone they are cards. */
export function EventTable(props: {
  entries: readonly AuditEntry[]
  names: Names
  more: More | null
  /** What stands above the rows and does not scroll. */
  above: ReactNode
  isStale: boolean
  focusKeyword: () => void
}) {
  const t = useT()
  const { entries, more } = props
  const scroller = useRef<HTMLDivElement>(null)
  const height = useIsNarrow() ? cardHeight : rowHeight
  const shown = useWindow(scroller, { count: entries.length, rowHeight: height })
  const current = useCurrentRow(scroller, entries.length, height)
  useTableKeys({ move: current.move, focusKeyword: props.focusKeyword })

  const open = useOpen()

  const wantsMore = more !== null && !more.isLoading && more.error === null && shown.end > entries.length - rowsAhead
  const load = more?.load
  useEffect(() => {
    if (wantsMore) load?.()
  }, [wantsMore, load])

  return (
    <>
      {props.above}
      <div aria-busy={props.isStale} className={`flex min-h-0 flex-1 flex-col ${props.isStale ? 'opacity-60' : ''}`}>
        <div
          aria-hidden
          className={`${columns} h-8 shrink-0 items-center border-b border-line text-2xs text-ink-2 max-md:hidden`}
        >
          <span>{t('audit.column.time')}</span>
          <span />
          <span>{t('audit.column.event')}</span>
          <span>{t('audit.column.actor')}</span>
          <span className="max-lg:hidden">{t('audit.column.type')}</span>
          <span className="text-right">{t('audit.column.seq')}</span>
        </div>
        <div
          ref={scroller}
          data-scroll-restoration-id="audit"
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain"
        >
          <div className="relative" style={{ height: shown.height }}>
            <ol aria-label={t('audit.title')} className="absolute inset-x-0" style={{ top: shown.top }}>
              {entries.slice(shown.first, shown.end).map((entry, offset) => (
                <EventRow
                  key={entry.seq}
                  entry={entry}
                  names={props.names}
                  index={shown.first + offset}
                  count={more ? -1 : entries.length}
                  onFocus={current.set}
                  open={open}
                />
              ))}
            </ol>
          </div>
          {more?.error ? (
            <div className="flex flex-wrap items-center justify-center gap-3 px-4 py-3">
              <Trouble error={more.error} />
              <button type="button" className="btn" onClick={more.load}>
                {t('state.retry')}
              </button>
            </div>
          ) : null}
        </div>
      </div>
      <Foot loaded={entries.length} more={more} />
    </>
  )
}

/** Goes to an event within the app; a click that wants a new tab or window is the browser's. */
const useOpen = () => {
  const navigate = useNavigate()
  return useCallback(
    (event: MouseEvent, seq: number) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      void navigate({ to: '/audit/$seq', params: { seq: String(seq) } })
    },
    [navigate],
  )
}

function Foot({ loaded, more }: { loaded: number; more: More | null }) {
  const t = useT()
  const locale = useLocale()
  return (
    <p className="tnum flex shrink-0 gap-4 border-t border-line px-4 py-1.5 text-2xs text-ink-2 max-md:hidden">
      <span className="flex-1">
        {t('audit.loaded', { count: number(locale, loaded) })}
        {more ? null : ` · ${t('audit.all')}`}
      </span>
      <span aria-hidden>{t('audit.keysHint')}</span>
    </p>
  )
}

/** The row that the keyboard is on: it is brought into sight first and then takes the focus. */
const useCurrentRow = (scroller: RefObject<HTMLDivElement | null>, count: number, height: number) => {
  const at = useRef(-1)
  const [wanted, setWanted] = useState<{ index: number } | null>(null)
  const set = useCallback((index: number) => {
    at.current = index
  }, [])
  const move = (steps: number) => {
    const element = scroller.current
    if (!element || count === 0) return
    const firstInSight = Math.ceil(element.scrollTop / height)
    const next = at.current < 0 ? firstInSight : Math.max(0, Math.min(count - 1, at.current + steps))
    const [top, bottom] = [next * height, (next + 1) * height - element.clientHeight]
    if (element.scrollTop > top) element.scrollTop = top
    else if (element.scrollTop < bottom) element.scrollTop = bottom
    at.current = next
    setWanted({ index: next })
  }
  useEffect(() => {
    if (!wanted) return
    let frame = 0
    let tries = 0
    const focus = () => {
      const link = scroller.current?.querySelector<HTMLElement>(`[data-index="${wanted.index}"]`)
      if (link) link.focus({ preventScroll: true })
      else if (tries++ < 10) frame = requestAnimationFrame(focus)
    }
    focus()
    return () => cancelAnimationFrame(frame)
  }, [wanted, scroller])
  return { move, set }
}
