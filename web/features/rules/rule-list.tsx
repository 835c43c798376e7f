import { type DragEvent, useMemo, useRef, useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import type { DraftRules } from './draft.ts'
import { type RuleActions, RuleRow } from './rule-row.tsx'

/** The rules in the order in which they are asked; moved by the handle, by its arrow keys, or by the buttons. */
export function RuleList(props: {
  draft: DraftRules
  mayWrite: boolean
  hits: ReadonlyMap<string, number> | null
  open: (key: string) => void
}) {
  const t = useT()
  const { draft, mayWrite } = props
  const [dragged, setDragged] = useState<string | null>(null)
  const [over, setOver] = useState<number | null>(null)
  const [said, setSaid] = useState('')
  const count = draft.items.length
  const { added, changed, moved } = draft.difference
  const unsaved = new Set([...added, ...changed, ...moved].map(({ id }) => id))

  const move = (key: string, to: number) => {
    const from = draft.items.findIndex((item) => item.key === key)
    const item = draft.items[from]
    if (!item || to < 0 || to >= count || to === from) return
    // The browser drops the focus of what is put elsewhere in the document.
    const focused = document.activeElement
    draft.move(from, to)
    requestAnimationFrame(() => {
      if (focused instanceof HTMLElement) focused.focus()
    })
    setSaid(t('rules.movedTo', { name: item.rule.name, position: to + 1, count }))
  }
  const actions = useStable({
    open: props.open,
    turn: ({ key, rule }, enabled) => draft.change(key, { ...rule, enabled }),
    move,
    drag: (event, key) => {
      event.dataTransfer.effectAllowed = 'move'
      event.dataTransfer.setData('text/plain', key)
      const row = event.currentTarget.closest('li')
      if (row) event.dataTransfer.setDragImage(row, 20, 20)
      setDragged(key)
    },
    dragEnd: () => {
      setDragged(null)
      setOver(null)
    },
  })
  const dropAt = (event: DragEvent, position: number) => {
    event.preventDefault()
    if (dragged !== null) move(dragged, position)
    actions.dragEnd()
  }
  return (
    <>
      <ol aria-label={t('rules.title')} className="hairlines">
        {draft.items.map((item, position) => (
          <li
            key={item.key}
            className={`calm relative ${dragged === item.key ? 'opacity-45' : ''} ${over === position && dragged !== null ? 'before:absolute before:inset-x-0 before:-top-px before:h-0.5 before:bg-accent' : ''}`}
            onDragOver={(event) => {
              if (dragged === null) return
              event.preventDefault()
              setOver(position)
            }}
            onDrop={(event) => dropAt(event, position)}
          >
            <RuleRow
              item={item}
              position={position}
              isLast={position === count - 1}
              isChanged={unsaved.has(item.key)}
              hits={props.hits?.get(item.key) ?? null}
              mayWrite={mayWrite}
              actions={actions}
            />
          </li>
        ))}
      </ol>
      <p role="status" className="sr-only">
        {said}
      </p>
    </>
  )
}

/** The same object for as long as the list is there, so that a row is only drawn anew when its rule changes. */
const useStable = (latest: RuleActions): RuleActions => {
  const current = useRef(latest)
  current.current = latest
  return useMemo(
    () => ({
      open: (key) => current.current.open(key),
      turn: (item, enabled) => current.current.turn(item, enabled),
      move: (key, to) => current.current.move(key, to),
      drag: (event, key) => current.current.drag(event, key),
      dragEnd: () => current.current.dragEnd(),
    }),
    [],
  )
}
