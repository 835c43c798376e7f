import { Plus, X } from 'lucide-react'
import { useId, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { inWords } from '../draft/value-text.tsx'

/** A list of words: each can be taken out, and one written or chosen can be put in. `label` names the list. */
export function ListEditor(props: {
  label: string
  items: readonly unknown[]
  suggestions?: readonly string[]
  /** Only what is suggested may be put in. */
  isClosed?: boolean
  disabled: boolean
  /** Says something about an item, such as that it matches nothing. */
  remark?: (item: string) => string | null
  onChange: (items: unknown[]) => void
}) {
  const t = useT()
  const id = useId()
  const [text, setText] = useState('')
  const { items, suggestions = [] } = props
  const word = text.trim()
  const isNew = word !== '' && !items.includes(word)
  const may = isNew && (!props.isClosed || suggestions.includes(word))
  const add = () => {
    if (!may) return
    props.onChange([...items, word])
    setText('')
  }
  return (
    <div className="flex flex-wrap items-center gap-1.5">
      <ul aria-label={props.label} className="contents">
        {items.map((item) => {
          const words = inWords(item)
          const remark = typeof item === 'string' ? (props.remark?.(item) ?? null) : null
          return (
            <li
              key={words}
              title={remark ?? undefined}
              className={`inline-flex min-h-7 max-w-full items-center rounded-md border bg-surface pl-2 font-mono text-2xs max-md:min-h-9 ${remark ? 'border-medium/50 text-medium' : 'border-line-2'} ${props.disabled ? 'pr-2' : ''}`}
            >
              <span className="min-w-0 truncate">{words}</span>
              {remark ? <span className="sr-only">{remark}</span> : null}
              {props.disabled ? null : (
                <button
                  type="button"
                  className="grid size-7 shrink-0 place-items-center text-ink-3 hover:text-critical max-md:size-9"
                  aria-label={t('agent.list.remove', { name: words })}
                  onClick={() => props.onChange(items.filter((other) => other !== item))}
                >
                  <X size={12} aria-hidden />
                </button>
              )}
            </li>
          )
        })}
      </ul>
      {items.length === 0 && props.disabled ? (
        <span className="text-xs text-ink-3">{t('agent.list.empty')}</span>
      ) : null}
      {props.disabled ? null : (
        <form
          className="inline-flex items-center gap-1"
          onSubmit={(event) => {
            event.preventDefault()
            add()
          }}
        >
          <input
            className="h-7 w-40 rounded-md border border-dashed border-field bg-transparent px-2 font-mono text-2xs max-md:h-9 max-md:text-base"
            aria-label={t('agent.list.addTo', { name: props.label })}
            placeholder={t('agent.list.add')}
            list={`${id}-words`}
            value={text}
            maxLength={300}
            onChange={(event) => setText(event.target.value)}
          />
          <datalist id={`${id}-words`}>
            {suggestions
              .filter((one) => !items.includes(one))
              .map((one) => (
                <option key={one} value={one} />
              ))}
          </datalist>
          <button
            type="submit"
            className="btn btn-quiet h-7 w-7 px-0 max-md:size-9"
            aria-label={t('agent.list.put')}
            disabled={!may}
          >
            <Plus size={14} aria-hidden />
          </button>
        </form>
      )}
    </div>
  )
}
