import { Dialog as Base } from '@base-ui/react/dialog'
import { useQuery } from '@tanstack/react-query'
import { Trash2, X } from 'lucide-react'
import { type RefObject, useRef, useState } from 'react'
import { defaultAsk, type RuleDraft, type RuleOutcome } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Field } from '../../ui/field.tsx'
import { Note, Trouble } from '../../ui/state.tsx'
import { membersQuery } from '../audit/names.ts'
import { AskEditor } from './ask-editor.tsx'
import { ConditionEditor } from './condition-editor.tsx'
import { OutcomeText } from './outcome-text.tsx'
import { Reference } from './reference.tsx'
import { useConditionCheck } from './use-condition-check.ts'
import { warningsOf } from './warnings.ts'

const kinds = ['ask', 'allow', 'refuse'] as const
const empty: Record<RuleOutcome['kind'], RuleOutcome> = {
  ask: { kind: 'ask', ask: defaultAsk },
  allow: { kind: 'allow' },
  refuse: { kind: 'refuse', reason: '' },
}

/** One rule beside the list. What is changed here goes to the draft, and from there all at once to the server. */
export function RuleEditor(props: {
  rule: RuleDraft
  isNew: boolean
  mayWrite: boolean
  keep: (rule: RuleDraft) => void
  remove: () => void
  close: () => void
}) {
  const t = useT()
  const name = useRef<HTMLInputElement>(null)
  return (
    <Base.Root open onOpenChange={(open) => !open && props.close()}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-[var(--shade)] transition-opacity duration-150 data-[ending-style]:opacity-0 data-[starting-style]:opacity-0" />
        <Base.Popup
          {...(props.isNew ? { initialFocus: name } : {})}
          className="fixed inset-y-0 right-0 z-50 flex w-[min(680px,100vw)] flex-col border-l border-line-2 bg-surface shadow-[var(--lift)] outline-none transition-[opacity,translate] duration-150 data-[ending-style]:translate-x-4 data-[ending-style]:opacity-0 data-[starting-style]:translate-x-4 data-[starting-style]:opacity-0"
        >
          <div className="flex h-14 shrink-0 items-center gap-2 border-b border-line pr-2 pl-5">
            <Base.Title className="flex-1 truncate text-base font-semibold">
              {props.isNew ? t('rules.editor.new') : props.rule.name}
            </Base.Title>
            <Base.Close className="btn btn-quiet btn-icon" aria-label={t('action.close')}>
              <X size={16} aria-hidden />
            </Base.Close>
          </div>
          <Form {...props} name={name} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}

function Form(props: Parameters<typeof RuleEditor>[0] & { name: RefObject<HTMLInputElement | null> }) {
  const t = useT()
  const [rule, setRule] = useState(props.rule)
  const [outcomes, setOutcomes] = useState({ ...empty, [props.rule.outcome.kind]: props.rule.outcome })
  const field = useRef<HTMLTextAreaElement>(null)
  const { check, isCurrent, error } = useConditionCheck(rule.condition)
  const members = useQuery(membersQuery).data?.items ?? []
  const warnings = warningsOf(rule, isCurrent ? (check?.variables ?? null) : null, members)
  const set = (change: Partial<RuleDraft>) => setRule((before) => ({ ...before, ...change }))
  const setOutcome = (outcome: RuleOutcome) => {
    setOutcomes((before) => ({ ...before, [outcome.kind]: outcome }))
    set({ outcome })
  }
  const insert = (text: string, how: 'word' | 'clause') => {
    const area = field.current
    if (!area) return
    const [from, to] = [area.selectionStart, area.selectionEnd]
    const before = rule.condition.slice(0, from)
    const joint = how === 'clause' && /[\w"')\]]\s*$/.test(before) ? ' && ' : ''
    set({ condition: before + joint + text + rule.condition.slice(to) })
    const end = from + joint.length + text.length
    requestAnimationFrame(() => {
      area.focus()
      area.setSelectionRange(end, end)
    })
  }
  const isWhole =
    rule.name.trim() !== '' &&
    rule.condition.trim() !== '' &&
    check?.ok === true &&
    isCurrent &&
    !warnings.includes('emptyGroup')
  const { outcome } = rule
  return (
    <form
      className="flex min-h-0 flex-1 flex-col"
      onSubmit={(event) => {
        event.preventDefault()
        if (isWhole) props.keep({ ...rule, name: rule.name.trim(), condition: rule.condition.trim() })
      }}
    >
      <fieldset disabled={!props.mayWrite} className="min-h-0 flex-1 space-y-6 overflow-y-auto px-5 py-5">
        <div className="space-y-4">
          <Field
            ref={props.name}
            label={t('rules.editor.name')}
            value={rule.name}
            maxLength={120}
            required
            onChange={(event) => set({ name: event.target.value })}
          />
          <Field
            label={t('rules.editor.description')}
            value={rule.description}
            maxLength={1_000}
            onChange={(event) => set({ description: event.target.value })}
          />
        </div>
        <div className="space-y-2">
          <ConditionEditor
            value={rule.condition}
            change={(condition) => set({ condition })}
            check={check}
            isChecking={!isCurrent}
            field={field}
            disabled={!props.mayWrite}
          />
          <Trouble error={error} />
          {props.mayWrite ? <Reference insert={insert} /> : null}
        </div>
        <div>
          <h3 className="mb-1.5 text-xs font-medium">{t('rules.editor.outcome')}</h3>
          <div className="inline-flex rounded-md border border-line-2 p-0.5">
            {kinds.map((kind) => (
              <button
                key={kind}
                type="button"
                aria-pressed={outcome.kind === kind}
                onClick={() => setOutcome(outcomes[kind])}
                className="h-7 rounded-sm px-3 text-xs text-ink-2 hover:text-ink aria-pressed:bg-accent-soft aria-pressed:font-medium aria-pressed:text-ink max-md:h-10 max-md:px-4"
              >
                {t(`rules.editor.kind.${kind}`)}
              </button>
            ))}
          </div>
          <div className="mt-4">
            {outcome.kind === 'ask' ? (
              <AskEditor ask={outcome.ask} change={(ask) => setOutcome({ kind: 'ask', ask })} />
            ) : outcome.kind === 'refuse' ? (
              <Field
                label={t('rules.editor.reason')}
                hint={t('rules.editor.reasonHint')}
                value={outcome.reason}
                maxLength={300}
                onChange={(event) => setOutcome({ kind: 'refuse', reason: event.target.value })}
              />
            ) : (
              <p className="text-xs text-ink-2">{t('rules.editor.allowHint')}</p>
            )}
          </div>
        </div>
        <div>
          <h3 className="mb-1.5 text-xs font-medium">{t('rules.editor.mode')}</h3>
          <div className="space-y-1.5">
            {(['enforce', 'shadow'] as const).map((mode) => (
              <label key={mode} className="flex items-start gap-2.5 text-xs max-md:min-h-11">
                <input
                  type="radio"
                  className="mt-0.5 accent-[var(--accent)]"
                  checked={rule.mode === mode}
                  onChange={() => set({ mode })}
                />
                <span>
                  {t(`rules.mode.${mode}`)}
                  <span className="block text-2xs text-ink-2">{t(`rules.editor.modeHint.${mode}`)}</span>
                </span>
              </label>
            ))}
          </div>
        </div>
      </fieldset>
      <div className="shrink-0 space-y-3 border-t border-line px-5 py-3">
        {warnings.map((warning) => (
          <Note key={warning} tone="warn">
            {t(`rules.warning.${warning}`)}
          </Note>
        ))}
        <div className="flex items-center gap-2">
          {props.mayWrite && !props.isNew ? (
            <button
              type="button"
              className="btn btn-quiet btn-icon"
              aria-label={t('rules.editor.remove')}
              onClick={props.remove}
            >
              <Trash2 size={15} aria-hidden />
            </button>
          ) : null}
          <p className="min-w-0 flex-1 truncate text-xs text-ink-2 max-md:hidden">
            <OutcomeLine outcome={outcome} />
          </p>
          <span className="flex-1 md:hidden" />
          <button type="button" className="btn" onClick={props.close}>
            {t(props.mayWrite ? 'action.cancel' : 'action.close')}
          </button>
          {props.mayWrite ? (
            <button type="submit" className="btn btn-primary" disabled={!isWhole}>
              {t('rules.editor.keep')}
            </button>
          ) : null}
        </div>
      </div>
    </form>
  )
}

const OutcomeLine = ({ outcome }: { outcome: RuleOutcome }) =>
  outcome.kind === 'refuse' ? <OutcomeText outcome={{ ...outcome, reason: '' }} /> : <OutcomeText outcome={outcome} />
