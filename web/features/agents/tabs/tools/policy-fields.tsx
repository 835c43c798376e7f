import { useId } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { useEditing } from '../../draft/draft-context.ts'
import { dotted, isSame, type Path, valueAt } from '../../draft/entry.ts'
import { inWords } from '../../draft/value-text.tsx'
import { ListEditor } from '../../schema/list-editor.tsx'
import { isUnknownWord, toolLists, toolProfiles } from './policy.ts'

/** Profile and lists of one policy: of the agent as a whole, or of the agent with one provider. */
export function PolicyFields({ at, words }: { at: Path; words: readonly string[] }) {
  const t = useT()
  const id = useId()
  const { draft, saving } = useEditing()
  const isLocked = draft.bar !== null || saving.isUnderWay
  const profile = draft.valueAt([...at, 'profile'])
  const shared = valueAt(draft.config?.tools, [...at.slice(1), 'profile'])
  const mark = (path: Path) =>
    isSame(draft.valueAt(path), draft.baseAt(path)) ? 'border-transparent' : 'border-accent'
  return (
    <div className="space-y-5 border-y border-line py-4">
      <div className={`border-l-2 pl-3 ${mark([...at, 'profile'])}`}>
        <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
          {t('agent.tools.profile')}
        </label>
        <select
          id={id}
          className="field md:max-w-80"
          disabled={isLocked}
          value={typeof profile === 'string' ? profile : ''}
          onChange={(event) =>
            draft.setAt([...at, 'profile'], event.target.value === '' ? undefined : event.target.value)
          }
        >
          <option value="">
            {shared === undefined ? t('agent.value.unset') : t('agent.value.inherits', { value: inWords(shared) })}
          </option>
          {typeof profile === 'string' && !toolProfiles.some((one) => one === profile) ? (
            <option value={profile}>{profile}</option>
          ) : null}
          {toolProfiles.map((one) => (
            <option key={one} value={one}>
              {t(`agent.tools.profiles.${one}`)}
            </option>
          ))}
        </select>
        <Issue path={[...at, 'profile']} />
      </div>
      {toolLists.map((list) => {
        const path = [...at, list]
        const value = draft.valueAt(path)
        return (
          <div key={list} className={`border-l-2 pl-3 ${mark(path)}`}>
            <p className="mb-1 flex items-baseline gap-2 text-xs font-medium">
              {t(`agent.tools.list.${list}`)}
              <code className="font-mono text-2xs font-normal text-ink-3">{dotted(path)}</code>
            </p>
            <p className="mb-2 max-w-[56ch] text-2xs text-ink-2">{t(`agent.tools.listHint.${list}`)}</p>
            <ListEditor
              label={t(`agent.tools.list.${list}`)}
              items={Array.isArray(value) ? value : []}
              suggestions={words}
              disabled={isLocked}
              remark={(word) => (words.length > 0 && isUnknownWord(word, words) ? t('agent.tools.unknownWord') : null)}
              onChange={(items) => draft.setAt(path, items.length === 0 ? undefined : items)}
            />
            <Issue path={path} />
          </div>
        )
      })}
    </div>
  )
}

function Issue({ path }: { path: Path }) {
  const { saving } = useEditing()
  const said = [...saving.issues].find(([at]) => at === dotted(path) || at.startsWith(`${dotted(path)}.`))?.[1]
  return said ? (
    <p role="alert" className="mt-1 text-2xs break-words text-critical">
      {said}
    </p>
  ) : null
}
