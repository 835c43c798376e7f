import { useQuery } from '@tanstack/react-query'
import { useId } from 'react'
import { useT } from '../../../../i18n/use-t.ts'
import { modelsQuery } from '../../at-gateway.ts'
import { useEditing } from '../../draft/draft-context.ts'
import { isTree } from '../../draft/entry.ts'
import { ListEditor } from '../../schema/list-editor.tsx'

/** `model` is one name, or an object of a first choice and what it falls back to. */
export const modelChain = (model: unknown): { primary: string; fallbacks: string[] | undefined } => {
  if (typeof model === 'string') return { primary: model, fallbacks: undefined }
  if (!isTree(model)) return { primary: '', fallbacks: undefined }
  const fallbacks = Array.isArray(model.fallbacks)
    ? model.fallbacks.filter((one) => typeof one === 'string')
    : undefined
  return { primary: typeof model.primary === 'string' ? model.primary : '', fallbacks }
}

/** The shortest form that says the same; undefined where nothing is said. */
export const modelOf = (primary: string, fallbacks: readonly string[] | undefined): unknown => {
  if (fallbacks === undefined) return primary === '' ? undefined : primary
  return { ...(primary === '' ? {} : { primary }), fallbacks: [...fallbacks] }
}

/** The agent's model and, in their order, those that are tried when it fails. */
export function ModelField() {
  const t = useT()
  const id = useId()
  const { draft, saving } = useEditing()
  const models = useQuery(modelsQuery(draft.agent.id)).data?.models ?? []
  const names = models.map((one) => `${one.provider}/${one.id}`)
  const { primary, fallbacks } = modelChain(draft.valueAt(['model']))
  const shared = modelChain(isTree(draft.config?.defaults) ? draft.config.defaults.model : undefined)
  const isLocked = draft.bar !== null || saving.isUnderWay
  const set = (first: string, rest: readonly string[] | undefined) => draft.setAt(['model'], modelOf(first, rest))
  const said = [...saving.issues].find(([at]) => at === 'model' || at.startsWith('model.'))?.[1]
  return (
    <div className="grid gap-4 pl-3.5 md:grid-cols-2">
      <div>
        <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
          {t('agent.overview.model')}
        </label>
        <input
          id={id}
          className="field font-mono text-2xs"
          list={`${id}-models`}
          value={primary}
          placeholder={shared.primary}
          disabled={isLocked}
          aria-invalid={said ? true : undefined}
          onChange={(event) => set(event.target.value.trim(), fallbacks)}
        />
        <datalist id={`${id}-models`}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {said ? (
          <p role="alert" className="mt-1 text-2xs text-critical">
            {said}
          </p>
        ) : null}
      </div>
      <div>
        <p className="mb-1.5 text-xs font-medium">{t('agent.overview.fallbacks')}</p>
        <ListEditor
          label={t('agent.overview.fallbacks')}
          items={fallbacks ?? []}
          suggestions={names.filter((name) => name !== primary)}
          disabled={isLocked}
          remark={(name) => (names.length > 0 && !names.includes(name) ? t('agent.overview.unknownModel') : null)}
          onChange={(items) => set(primary, items.length === 0 ? undefined : items.map(String))}
        />
        <p className="mt-1 text-2xs text-ink-2">{t('agent.overview.fallbacksHint')}</p>
      </div>
    </div>
  )
}
