import type { Span } from '../../../../worker/features/audit/traces/contract.ts'

/** A line of the tree as it is shown, with what a screen reader says of its place. */
export type Row = {
  span: Span
  /** 1 for a root. */
  level: number
  parentId: string | null
  position: number
  siblings: number
  /** Null for one without children. */
  isOpen: boolean | null
}

/** The lines in sight: parents before their children, nothing below a closed one. A span without a known parent is a root. */
export const rowsOf = (spans: readonly Span[], closed: ReadonlySet<string>): Row[] => {
  const known = new Set(spans.map(({ id }) => id))
  const children = new Map<string | null, Span[]>()
  for (const span of spans) {
    const parent = span.parentId !== null && known.has(span.parentId) ? span.parentId : null
    children.set(parent, [...(children.get(parent) ?? []), span])
  }
  const rows: Row[] = []
  const add = (parentId: string | null, level: number) => {
    const siblings = children.get(parentId) ?? []
    siblings.forEach((span, index) => {
      const isOpen = children.has(span.id) ? !closed.has(span.id) : null
      rows.push({ span, level, parentId, position: index + 1, siblings: siblings.length, isOpen })
      if (isOpen) add(span.id, level + 1)
    })
  }
  add(null, 1)
  return rows
}

export type Step = { to: string } | { open: string } | { close: string } | null

/** What a key does in a tree, as WAI-ARIA's pattern has it; null when it does nothing. */
export const stepOf = (rows: readonly Row[], currentId: string | null, key: string): Step => {
  const at = Math.max(
    0,
    rows.findIndex(({ span }) => span.id === currentId),
  )
  const row = rows[at]
  if (!row) return null
  const to = (index: number) => {
    const next = rows[index]
    return next && index !== at ? { to: next.span.id } : null
  }
  switch (key) {
    case 'ArrowDown':
      return to(at + 1)
    case 'ArrowUp':
      return to(at - 1)
    case 'Home':
      return to(0)
    case 'End':
      return to(rows.length - 1)
    case 'ArrowRight':
      if (row.isOpen === null) return null
      return row.isOpen ? to(at + 1) : { open: row.span.id }
    case 'ArrowLeft':
      if (row.isOpen) return { close: row.span.id }
      return row.parentId === null ? null : { to: row.parentId }
    default:
      return null
  }
}

/** Where a span lies on the trace's axis, in percent. One whose end nobody told reaches to the end of the trace. */
export const placeOf = (span: Span, { startedAt, durationMs }: { startedAt: string; durationMs: number }) => {
  const whole = Math.max(1, durationMs)
  const start = Math.max(0, Date.parse(span.startedAt) - Date.parse(startedAt))
  const length = span.durationMs ?? Math.max(0, whole - start)
  const left = Math.min(100, (start / whole) * 100)
  return { left, width: Math.min(100 - left, (length / whole) * 100) }
}

/** Round times that divide an axis into two to five parts, of a millisecond at least. */
export const ticksOf = (durationMs: number): number[] => {
  const whole = Math.max(1, durationMs)
  const rough = whole / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const size = Math.max(1, [1, 2, 5, 10].map((one) => one * power).find((one) => one >= rough) ?? rough)
  return Array.from({ length: Math.floor(whole / size) + 1 }, (_, index) => index * size)
}
