import { type KeyboardEvent, useRef } from 'react'

/** A plain text area with line numbers that scroll along. Lines are not wrapped, so that the numbers are true. */
export function TextEditor(props: {
  label: string
  text: string
  disabled: boolean
  /** The line that is marked, from 1. */
  faultAt?: number | null
  describedBy?: string
  onChange: (text: string) => void
  onSave?: () => void
}) {
  const gutter = useRef<HTMLDivElement>(null)
  const lines = props.text.split('\n').length
  const save = (event: KeyboardEvent) => {
    if (!props.onSave || event.key !== 's' || !(event.ctrlKey || event.metaKey)) return
    event.preventDefault()
    props.onSave()
  }
  return (
    <div className="flex h-[min(60dvh,640px)] overflow-hidden rounded-md border border-field bg-surface font-mono text-2xs leading-5 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent max-md:text-base max-md:leading-6">
      <div
        ref={gutter}
        aria-hidden
        className="tnum w-11 shrink-0 overflow-hidden border-r border-line bg-sunken py-2 pr-2 text-right text-ink-3 select-none"
      >
        {Array.from({ length: lines }, (_, at) => at + 1).map((line) => (
          <div key={line} className={line === props.faultAt ? 'bg-critical-soft font-medium text-critical' : ''}>
            {line}
          </div>
        ))}
      </div>
      <textarea
        aria-label={props.label}
        aria-invalid={props.faultAt ? true : undefined}
        aria-describedby={props.describedBy}
        className="min-w-0 flex-1 resize-none bg-transparent px-3 py-2 whitespace-pre outline-none read-only:text-ink-2"
        wrap="off"
        spellCheck={false}
        autoCapitalize="off"
        autoCorrect="off"
        value={props.text}
        readOnly={props.disabled}
        onChange={(event) => props.onChange(event.target.value)}
        onKeyDown={save}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop
        }}
      />
    </div>
  )
}
