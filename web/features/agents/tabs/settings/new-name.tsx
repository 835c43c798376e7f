import { Plus } from 'lucide-react'
import { useState } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { useEditing } from '../../draft/draft-context.ts'
import type { Path } from '../../draft/entry.ts'

/** Adds a name at a place where people choose the names. */
export function NewName({ at, isGroup, taken }: { at: Path; isGroup: boolean; taken: readonly string[] }) {
  const t = useT()
  const { draft, saving } = useEditing()
  const [text, setText] = useState('')
  const name = text.trim()
  const isNew = name !== '' && !taken.includes(name)
  if (draft.bar !== null)
    return taken.length === 0 ? <p className="py-2 text-xs text-ink-3">{t('agent.list.empty')}</p> : null
  return (
    <form
      className="flex items-center gap-2 py-2"
      onSubmit={(event) => {
        event.preventDefault()
        if (!isNew) return
        draft.setAt([...at, name], isGroup ? {} : '')
        setText('')
      }}
    >
      <input
        className="field font-mono text-2xs md:h-8 md:max-w-72"
        aria-label={t('agent.settings.newName')}
        placeholder={t('agent.settings.newName')}
        value={text}
        maxLength={200}
        disabled={saving.isUnderWay}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit" className="btn" disabled={!isNew}>
        <Plus size={14} aria-hidden />
        {t('agent.list.put')}
      </button>
    </form>
  )
}
