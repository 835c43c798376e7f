import { useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import type { Control } from './control-of.ts'
import { parseJson5, writeJson5 } from './json5.ts'
import { ListEditor } from './list-editor.tsx'

interface Props {
  id: string
  label: string
  control: Control
  value: unknown
  disabled: boolean
  isInvalid: boolean
  describedBy: string | undefined
  /** What holds while nothing is set here. */
  inherited: string | null
  suggestions?: readonly string[]
  /** Undefined takes the value away. */
  onChange: (value: unknown) => void
}

/** The control for one value. An empty one means that nothing is set here. */
export function Input(props: Props) {
  const { control } = props
  if (control.kind === 'switch')
    return <Choice {...props} values={['true', 'false']} read={(text) => text === 'true'} />
  if (control.kind === 'choice') return <Choice {...props} values={control.values} read={(text) => text} />
  if (control.kind === 'list' && (props.value === undefined || Array.isArray(props.value)))
    return (
      <ListEditor
        label={props.label}
        items={Array.isArray(props.value) ? props.value : []}
        suggestions={control.choices ?? props.suggestions ?? []}
        isClosed={control.choices !== null}
        disabled={props.disabled}
        onChange={(items) => props.onChange(items.length === 0 && props.value === undefined ? undefined : items)}
      />
    )
  if (control.kind === 'number') return <NumberInput {...props} />
  if (control.kind === 'text' && (props.value === undefined || typeof props.value === 'string'))
    return <TextInput {...props} />
  return <JsonInput {...props} />
}

const aria = ({ id, isInvalid, describedBy, disabled }: Props) => ({
  id,
  disabled,
  'aria-invalid': isInvalid || undefined,
  'aria-describedby': describedBy,
})

function Choice(props: Props & { values: readonly string[]; read: (text: string) => unknown }) {
  const t = useT()
  const isSwitch = props.control.kind === 'switch'
  const held = props.value === undefined ? '' : String(props.value)
  const isStrange = held !== '' && !props.values.includes(held)
  return (
    <select
      {...aria(props)}
      className="field md:max-w-80"
      value={held}
      onChange={(event) => props.onChange(event.target.value === '' ? undefined : props.read(event.target.value))}
    >
      <option value="">
        {props.inherited === null ? t('agent.value.unset') : t('agent.value.inherits', { value: props.inherited })}
      </option>
      {isStrange ? <option value={held}>{held}</option> : null}
      {props.values.map((value) => (
        <option key={value} value={value}>
          {isSwitch ? t(value === 'true' ? 'agent.value.on' : 'agent.value.off') : value}
        </option>
      ))}
    </select>
  )
}

function TextInput(props: Props) {
  const text = typeof props.value === 'string' ? props.value : ''
  const shared = {
    ...aria(props),
    value: text,
    placeholder: props.inherited ?? '',
    spellCheck: false,
  }
  const change = (next: string) => props.onChange(next === '' ? undefined : next)
  if (text.length > 80 || text.includes('\n'))
    return (
      <textarea
        {...shared}
        rows={Math.min(10, Math.max(3, text.split('\n').length))}
        className="field h-auto py-2"
        onChange={(event) => change(event.target.value)}
      />
    )
  return (
    <input
      {...shared}
      list={props.suggestions ? `${props.id}-words` : undefined}
      className="field md:max-w-[440px]"
      onChange={(event) => change(event.target.value)}
    />
  )
}

function NumberInput(props: Props) {
  const [text, setText] = useState(props.value === undefined ? '' : String(props.value))
  // Whoever discards the draft, or loads another state, sees that; what is being typed stays as it is typed.
  const isElsewhere = text.trim() === '' ? props.value !== undefined : Number(text) !== props.value
  const shown = isElsewhere && props.value !== undefined && Number.isFinite(props.value) ? String(props.value) : text
  return (
    <input
      {...aria(props)}
      inputMode="decimal"
      className="field tnum md:max-w-40"
      value={props.value === undefined ? '' : shown}
      placeholder={props.inherited ?? ''}
      onChange={(event) => {
        setText(event.target.value)
        const next = event.target.value.trim()
        props.onChange(next === '' ? undefined : Number.isNaN(Number(next)) ? next : Number(next))
      }}
    />
  )
}

/** What no simple control fits is written as JSON5, and taken over when it can be read and the field is left. */
function JsonInput(props: Props) {
  const t = useT()
  const [text, setText] = useState<string | null>(null)
  const shown = text ?? (props.value === undefined ? '' : writeJson5(props.value))
  const parsed = shown.trim() === '' ? null : parseJson5(shown)
  const leave = () => {
    if (text === null || (parsed && !parsed.ok)) return
    props.onChange(parsed ? parsed.value : undefined)
    setText(null)
  }
  return (
    <>
      <textarea
        {...aria(props)}
        rows={Math.min(12, Math.max(2, shown.split('\n').length))}
        spellCheck={false}
        className="field h-auto py-2 font-mono text-2xs max-md:text-sm"
        value={shown}
        placeholder={props.inherited ?? ''}
        onChange={(event) => setText(event.target.value)}
        onBlur={leave}
      />
      {parsed && !parsed.ok ? (
        <p role="alert" className="mt-1 text-2xs text-critical">
          {t('agent.raw.fault', { line: parsed.line, column: parsed.column, message: parsed.message })}
        </p>
      ) : null}
    </>
  )
}
