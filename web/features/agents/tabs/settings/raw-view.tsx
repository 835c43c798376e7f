import { useId, useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { Note } from '../../../../ui/state.tsx'
import { useEditing } from '../../draft/draft-context.ts'
import { isSame, isTree } from '../../draft/entry.ts'
import { isRedacted } from '../../draft/secrets.ts'
import { parseJson5, writeJson5 } from '../../schema/json5.ts'
import { TextEditor } from '../text-editor.tsx'

/** The agent's entry as JSON5. What can be read goes to the draft as it is typed; what can not says where. */
export function RawView() {
  const t = useT()
  const id = useId()
  const { draft, saving } = useEditing()
  const [typed, setTyped] = useState<string | null>(null)
  const read = typed === null ? null : parseJson5(typed)
  // A text that can be read but stands for another entry than the draft, such as after discarding, is not shown any more.
  const isOwn = read !== null && (!read.ok || !isTree(read.value) || isSame(read.value, draft.after))
  const text = typed !== null && isOwn ? typed : writeJson5(draft.after)
  const parsed = parseJson5(text)
  const fault = !parsed.ok
    ? t('agent.raw.fault', { line: parsed.line, column: parsed.column, message: parsed.message })
    : isTree(parsed.value)
      ? null
      : t('agent.raw.noObject')
  const change = (next: string) => {
    setTyped(next)
    const value = parseJson5(next)
    if (value.ok && isTree(value.value)) draft.replace(value.value)
  }
  return (
    <div className="space-y-3">
      {isRedacted(draft.base) ? <Note>{t('agent.raw.secrets')}</Note> : null}
      <TextEditor
        label={t('agent.raw.label', { name: draft.agent.externalId })}
        text={text}
        disabled={draft.bar !== null || saving.isUnderWay}
        faultAt={parsed.ok ? null : parsed.line}
        describedBy={`${id}-fault`}
        onChange={change}
      />
      <p
        id={`${id}-fault`}
        role={fault === null ? undefined : 'alert'}
        className={`text-2xs ${fault === null ? 'text-ink-2' : 'text-critical'}`}
      >
        {fault ?? t('agent.raw.hint')}
      </p>
    </div>
  )
}
