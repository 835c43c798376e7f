import { useQuery } from '@tanstack/react-query'
import { RotateCcw } from 'lucide-react'
import { useId } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Chip } from '../../../ui/badge.tsx'
import { schemaQuery } from '../at-gateway.ts'
import { useEditing } from '../draft/draft-context.ts'
import { dotted, isSame, type Path, valueAt } from '../draft/entry.ts'
import { isRedacted } from '../draft/secrets.ts'
import { inWords, ValueText } from '../draft/value-text.tsx'
import { type Control, controlOf, faultOf, schemaPath } from './control-of.ts'
import { Input } from './input.tsx'

/**
 * One setting of the agent, with what the gateway's schema says of it, edited in the draft. `lookedUp` is its path in the
 * schema where that differs: names that people choose stand there as `*`.
 */
export function SettingField(props: {
  path: Path
  lookedUp?: Path
  /** In the person's language; the gateway's own title is English. */
  label?: string
  hint?: string
  suggestions?: readonly string[]
  /** For where the schema can not be asked. */
  otherwise?: Control
}) {
  const t = useT()
  const id = useId()
  const { draft, saving } = useEditing()
  const { path } = props
  const found = useQuery(schemaQuery(draft.agent.id, schemaPath(props.lookedUp ?? path)))
  const node = found.data?.node
  const value = draft.valueAt(path)
  const inherited = inheritedAt(draft.config, path)
  const control: Control = node ? controlOf(node) : (props.otherwise ?? { kind: 'json' })
  const label = props.label ?? node?.title ?? path.at(-1) ?? ''
  const fault = faultOf(control, value)
  const said = [...saving.issues].find(([at]) => at === dotted(path) || at.startsWith(`${dotted(path)}.`))?.[1]
  const isChanged = !isSame(value, draft.baseAt(path))
  const isLocked = draft.bar !== null || saving.isUnderWay
  const hint = props.hint ?? node?.description
  const isSecret = isRedacted(value)
  const describedBy = [hint ? `${id}-hint` : '', fault || said ? `${id}-error` : ''].filter(Boolean).join(' ')
  return (
    <div className={`border-l-2 pl-3 ${isChanged ? 'border-accent' : 'border-transparent'}`}>
      <div className="mb-1.5 flex flex-wrap items-baseline gap-x-2 gap-y-0.5">
        <label htmlFor={id} className="text-xs font-medium">
          {label}
        </label>
        <code className="font-mono text-2xs text-ink-3">{dotted(path)}</code>
        {node?.reloadKind === 'restart' ? <Chip>{t('agent.preview.reload.restart')}</Chip> : null}
        {isChanged && !isLocked ? (
          <button
            type="button"
            className="inline-flex items-center gap-1 text-2xs text-accent max-md:h-9"
            onClick={() => draft.setAt(path, draft.baseAt(path))}
          >
            <RotateCcw size={11} aria-hidden />
            {t('agent.value.undo')}
          </button>
        ) : null}
      </div>
      {isSecret ? (
        <p id={id} className="text-xs text-ink-2">
          <ValueText value={value} /> {t('agent.value.secretHint')}
        </p>
      ) : (
        <Input
          id={id}
          label={label}
          control={control}
          value={value}
          disabled={isLocked || (found.isPending && !props.otherwise)}
          isInvalid={fault !== null || said !== undefined}
          describedBy={describedBy || undefined}
          inherited={inherited === undefined ? null : inWords(inherited)}
          {...(props.suggestions ? { suggestions: props.suggestions } : {})}
          onChange={(next) => draft.setAt(path, next)}
        />
      )}
      {props.suggestions && control.kind === 'text' ? (
        <datalist id={`${id}-words`}>
          {props.suggestions.map((one) => (
            <option key={one} value={one} />
          ))}
        </datalist>
      ) : null}
      {hint ? (
        <p id={`${id}-hint`} className="mt-1 max-w-[64ch] text-2xs text-ink-2">
          {hint}
        </p>
      ) : null}
      {fault || said ? (
        <p id={`${id}-error`} role="alert" className="mt-1 text-2xs break-words text-critical">
          {said ?? t(`agent.fault.${fault ?? 'pattern'}`, limitsOf(control))}
        </p>
      ) : null}
    </div>
  )
}

/** What holds for all agents where this one says nothing. */
const inheritedAt = (config: { defaults: unknown; tools: unknown } | undefined, path: Path): unknown => {
  if (!config) return undefined
  return path[0] === 'tools' ? valueAt(config.tools, path.slice(1)) : valueAt(config.defaults, path)
}

const limitsOf = (control: Control): Record<string, string | number> => {
  if (control.kind === 'number') return { min: String(control.min), max: String(control.max) }
  if (control.kind === 'text') return { min: String(control.minLength), max: String(control.maxLength) }
  return { min: '', max: '' }
}
