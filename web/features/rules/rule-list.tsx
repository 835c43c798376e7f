import { GripVertical } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { useT } from '../../i18n/use-t.ts'
import type { Item } from './difference.ts'
import type { DraftRules } from './draft.ts'
import { RuleRow } from './rule-row.tsx'

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
  const list = useRef<HTMLOListElement>(null)
  const last = draft.items.length - 1
  const isChanged = (key: string) =>
    [...draft.difference.added, ...draft.difference.changed, ...draft.difference.moved].some(({ id }) => id === key)

  const move = (item: Item, from: number, to: number) => {
    if (to < 0 || to > last || to === from) return
    draft.move(from, to)
    setSaid(t('rules.movedTo', { name: item.rule.name, position: to + 1, count: last + 1 }))
  }
  const begin = (event: DragEvent, key: string) => {
    event.dataTransfer.effectAllowed = 'move'
    event.dataTransfer.setData('text/plain', key)
    const row = event.currentTarget.closest('li')
    if (row) event.dataTransfer.setDragImage(row, 20, 20)
    setDragged(key)
  }
  const end = () => {
    setDragged(null)
    setOver(null)
  }
  const drop = (to: number) => {
    const from = draft.items.findIndex(({ key }) => key === dragged)
    const item = draft.items[from]
    if (item) move(item, from, to)
    end()
  }
  return (
    <>
      <ol ref={list} aria-label={t('rules.title')} className="hairlines">
        {draft.items.map((item, position) => (
          <li
            key={item.key}
            data-key={item.key}
            className={`relative ${dragged === item.key ? 'opacity-45' : ''} ${over === position && dragged !== null ? 'before:absolute before:inset-x-0 before:-top-px before:h-0.5 before:bg-accent' : ''}`}
            onDragOver={(event) => {
              if (dragged === null) return
              event.preventDefault()
              setOver(position)
            }}
            onDrop={(event) => {
              event.preventDefault()
              drop(position)
            }}
          >
            <RuleRow
              item={item}
              position={position}
              isChanged={isChanged(item.key)}
              hits={props.hits?.get(item.key) ?? null}
              mayWrite={mayWrite}
              open={() => props.open(item.key)}
              turn={(enabled) => draft.change(item.key, { ...item.rule, enabled })}
              up={position > 0 ? () => move(item, position, position - 1) : null}
              down={position < last ? () => move(item, position, position + 1) : null}
              handle={
                mayWrite ? (
                  <button
                    type="button"
                    draggable
                    aria-label={t('rules.handle', { name: item.rule.name })}
                    className="grid size-7 cursor-grab place-items-center rounded-md text-ink-3 hover:bg-sunken hover:text-ink active:cursor-grabbing max-md:hidden"
                    onDragStart={(event) => begin(event, item.key)}
                    onDragEnd={end}
                    onKeyDown={(event) => {
                      const step = { ArrowUp: -1, ArrowDown: 1 }[event.key]
                      if (step === undefined) return
                      event.preventDefault()
                      move(item, position, position + step)
                    }}
                  >
                    <GripVertical size={15} aria-hidden />
                  </button>
                ) : null
              }
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
