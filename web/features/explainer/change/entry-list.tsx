import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'

/** One list of entries: each can go, others can come. What was not there before is marked. */
export function EntryList(props: {
  label: string
  entries: string[] | null
  standing: readonly string[]
  /** Id of a datalist. */
  suggestions: string
  change: (entries: string[]) => void
}) {
  const t = useT()
  const [written, setWritten] = useState('')
  const entries = props.entries ?? []
  const add = () => {
    const entry = written.trim()
    if (entry !== '' && !entries.includes(entry)) props.change([...entries, entry])
    setWritten('')
  }
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1.5 text-xs font-medium">{props.label}</legend>
      <div className="flex flex-wrap items-center gap-1.5 rounded-md border border-field bg-surface p-1.5">
        {props.entries === null ? (
          <span className="px-1 text-2xs text-ink-3">{t('explainer.change.notSet')}</span>
        ) : null}
        {entries.map((entry) => (
          <span
            key={entry}
            className={`inline-flex h-6 items-center gap-1 rounded-sm border pr-0.5 pl-1.5 font-mono text-2xs max-md:h-9 ${props.standing.includes(entry) ? 'border-line-2' : 'border-accent bg-accent-soft text-accent'}`}
          >
            {entry}
            <button
              type="button"
              aria-label={t('explainer.change.remove', { entry })}
              className="grid size-5 place-items-center rounded-sm hover:bg-sunken max-md:size-8"
              onClick={() => props.change(entries.filter((each) => each !== entry))}
            >
              <X size={12} aria-hidden />
            </button>
          </span>
        ))}
        <span className="flex min-w-40 flex-1 items-center">
          <input
            list={props.suggestions}
            aria-label={t('explainer.change.add', { list: props.label })}
            placeholder={t('explainer.change.addHint')}
            className="h-6 w-full min-w-0 bg-transparent px-1 text-xs outline-offset-1 placeholder:text-ink-3 max-md:h-9"
            value={written}
            maxLength={200}
            onChange={(event) => setWritten(event.target.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || written.trim() === '') return
              event.preventDefault()
              add()
            }}
            onBlur={add}
          />
          <Plus size={14} aria-hidden className="text-ink-3" />
        </span>
      </div>
    </fieldset>
  )
}
