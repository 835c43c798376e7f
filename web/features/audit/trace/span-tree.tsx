import { Bot, ChevronRight, CircleDot, Hand, Wrench } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useLocale } from 'use-intl'
import type { Span, Trace } from '../../../../worker/features/audit/traces/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { OutcomeText, outcomeTone } from './outcome.tsx'
import { placeOf, type Row, rowsOf, stepOf, ticksOf } from './tree.ts'

export const kindIcons = { run: Bot, tool: Wrench, approval: Hand, event: CircleDot }
const indentPx = 14
const bars: Record<Span['kind'], string> = {
  run: 'bg-accent',
  tool: 'bg-chart',
  approval: 'bg-medium',
  event: 'bg-ink-3',
}
const columns = 'md:grid md:grid-cols-[minmax(220px,42%)_minmax(0,1fr)_72px] md:gap-x-4'

/** Tree on the left, waterfall on the right, of the same rows and on one axis; on a phone the bar lies below the name. */
export function SpanTree(props: { trace: Trace; chosenId: string | null; choose: (id: string) => void }) {
  const t = useT()
  const { trace, chosenId, choose } = props
  const [closed, setClosed] = useState<ReadonlySet<string>>(new Set())
  const rows = useMemo(() => rowsOf(trace.spans, closed), [trace.spans, closed])
  const list = useRef<HTMLDivElement>(null)
  const byKey = useRef(false)
  const inSight = rows.some(({ span }) => span.id === chosenId) ? chosenId : (rows[0]?.span.id ?? null)
  const set = (id: string, isClosed: boolean) =>
    setClosed((before) => {
      const next = new Set(before)
      if (isClosed) next.add(id)
      else next.delete(id)
      return next
    })
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const step = stepOf(rows, inSight, event.key)
    if (!step) return
    event.preventDefault()
    byKey.current = true
    if ('to' in step) choose(step.to)
    else if ('open' in step) set(step.open, false)
    else set(step.close, true)
  }
  useEffect(() => {
    if (!byKey.current || inSight === null) return
    byKey.current = false
    list.current?.querySelector<HTMLElement>(`[data-span="${inSight}"]`)?.focus()
  }, [inSight])
  return (
    <div className="min-w-0">
      <Axis durationMs={trace.durationMs} />
      <div
        ref={list}
        role="tree"
        aria-label={t('trace.tree')}
        tabIndex={-1}
        onKeyDown={onKeyDown}
        className="border-b border-line outline-none"
      >
        {rows.map((row) => (
          <Line
            key={row.span.id}
            row={row}
            trace={trace}
            isChosen={row.span.id === inSight}
            choose={() => choose(row.span.id)}
            toggle={() => set(row.span.id, row.isOpen === true)}
          />
        ))}
      </div>
    </div>
  )
}

function Axis({ durationMs }: { durationMs: number }) {
  const t = useT()
  const locale = useLocale()
  return (
    <div aria-hidden className={`hidden border-b border-line px-2 pb-1.5 text-2xs text-ink-2 ${columns}`}>
      <span>{t('trace.column.span')}</span>
      <span className="relative h-4">
        {ticksOf(durationMs).map((tick, index) => (
          <span
            key={tick}
            className={`tnum absolute whitespace-nowrap ${index === 0 ? '' : '-translate-x-1/2'}`}
            style={{ left: `${(tick / Math.max(1, durationMs)) * 100}%` }}
          >
            {tick / Math.max(1, durationMs) > 0.94 ? '' : duration(locale, tick)}
          </span>
        ))}
      </span>
      <span className="text-right">{t('trace.column.duration')}</span>
    </div>
  )
}

function Line(props: { row: Row; trace: Trace; isChosen: boolean; choose: () => void; toggle: () => void }) {
  const t = useT()
  const locale = useLocale()
  const { row, trace, isChosen } = props
  const { span } = row
  const Icon = kindIcons[span.kind]
  const length = span.durationMs === null ? t('trace.openEnd') : duration(locale, span.durationMs)
  return (
    <div
      role="treeitem"
      data-span={span.id}
      aria-level={row.level}
      aria-posinset={row.position}
      aria-setsize={row.siblings}
      aria-selected={isChosen}
      {...(row.isOpen === null ? {} : { 'aria-expanded': row.isOpen })}
      tabIndex={isChosen ? 0 : -1}
      onClick={({ target }) => {
        const isToggle = row.isOpen !== null && target instanceof Element && target.closest('[data-toggle]')
        if (isToggle) props.toggle()
        else props.choose()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        props.choose()
      }}
      className={`cursor-pointer items-center border-t border-line px-2 py-1.5 first:border-t-0 focus-visible:-outline-offset-2 max-md:min-h-12 ${columns} md:h-9 md:py-0 ${isChosen ? 'bg-accent-soft' : 'hover:bg-sunken'}`}
    >
      <span className="flex min-w-0 items-center gap-2" style={{ paddingLeft: (row.level - 1) * indentPx }}>
        <span
          aria-hidden
          data-toggle
          className={`grid size-5 shrink-0 place-items-center rounded-sm max-md:size-8 ${row.isOpen === null ? '' : 'hover:bg-line'}`}
        >
          {row.isOpen === null ? null : (
            <ChevronRight size={14} className={`text-ink-2 transition-transform ${row.isOpen ? 'rotate-90' : ''}`} />
          )}
        </span>
        <Icon size={14} aria-hidden className="shrink-0 text-ink-2" />
        <span className="sr-only">{t(`trace.kind.${span.kind}`)}</span>
        <span
          className={`min-w-0 flex-1 truncate text-xs ${span.kind === 'tool' || span.kind === 'approval' ? 'font-mono text-2xs' : ''}`}
        >
          {span.name || t(`trace.kind.${span.kind}`)}
        </span>
        {span.risk === 'low' ? null : <RiskGlyph risk={span.risk} />}
        {span.outcome ? (
          <span className={`shrink-0 text-2xs ${outcomeTone(span.outcome)}`}>
            <OutcomeText outcome={span.outcome} />
          </span>
        ) : null}
      </span>
      <Bar span={span} trace={trace} />
      <span className="tnum text-right text-2xs whitespace-nowrap text-ink-2 max-md:hidden">{length}</span>
      <span className="sr-only md:hidden">{length}</span>
    </div>
  )
}

function Bar({ span, trace }: { span: Span; trace: Trace }) {
  const { left, width } = placeOf(span, trace)
  return (
    <span aria-hidden className="relative block h-3.5 max-md:mt-1 max-md:ml-8 max-md:h-1.5 md:border-x md:border-line">
      <span
        className={`absolute inset-y-0 min-w-1 rounded-sm ${bars[span.kind]} ${span.endedAt === null ? 'opacity-45' : ''}`}
        style={{ left: `min(${left}%, calc(100% - 4px))`, width: `${width}%` }}
      />
    </span>
  )
}
