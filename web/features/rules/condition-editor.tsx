import { type RefObject, useId } from 'react'
import type { ConditionCheck, ConditionFault } from '../../../worker/features/rules/condition/contract.ts'
import { conditionLengthMax } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { tokenClasses } from './condition-text.tsx'
import { faultLength, tokensOf } from './highlight.ts'

const layer =
  'min-h-24 w-full resize-none px-3 py-2 font-mono text-[13px] leading-6 break-words whitespace-pre-wrap [tab-size:2]'

/** Cuts tokens at the borders of the faults as well, so that exactly what is wrong is underlined. */
const piecesOf = (condition: string, faults: readonly ConditionFault[]) => {
  const spans = faults.map(({ offset }) => ({ from: offset, to: offset + faultLength(condition, offset) }))
  const borders = spans.flatMap(({ from, to }) => [from, to])
  return tokensOf(condition).flatMap(({ text, kind, at }) => {
    const cuts = [
      at,
      ...borders.filter((one) => one > at && one < at + text.length).sort((a, b) => a - b),
      at + text.length,
    ]
    return cuts.slice(0, -1).map((from, index) => ({
      text: condition.slice(from, cuts[index + 1]),
      kind,
      at: from,
      isFault: spans.some((span) => from >= span.from && from < span.to),
    }))
  })
}

/**
 * A text field whose words are coloured by a layer behind it: the field itself stays an ordinary one, for every
 * keyboard, screen reader and input method.
 */
export function ConditionEditor(props: {
  value: string
  change: (value: string) => void
  check: ConditionCheck | null
  isChecking: boolean
  field: RefObject<HTMLTextAreaElement | null>
  disabled: boolean
}) {
  const t = useT()
  const id = useId()
  const { value, check } = props
  const faults = check?.faults ?? []
  const atEnd = faults.some(({ offset }) => offset >= value.length)
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
        {t('rules.editor.condition')}
      </label>
      <div
        className={`relative rounded-md border bg-surface has-[textarea:focus-visible]:outline-2 has-[textarea:focus-visible]:outline-offset-2 has-[textarea:focus-visible]:outline-accent ${faults.length > 0 ? 'border-critical' : 'border-field'}`}
      >
        {/* The layer gives the height, and the field fills it. */}
        <pre aria-hidden className={`${layer} pointer-events-none`}>
          {piecesOf(value, faults).map(({ text, kind, at, isFault }) => (
            <span
              key={at}
              className={`${tokenClasses[kind]} ${isFault ? 'underline decoration-critical decoration-wavy decoration-[1.5px] underline-offset-4' : ''}`}
            >
              {text}
            </span>
          ))}
          {atEnd ? <span className="border-b-2 border-critical">{'\u00a0\u00a0'}</span> : null}
          {value.endsWith('\n') ? '\u200b' : null}
        </pre>
        <textarea
          ref={props.field}
          id={id}
          className={`${layer} absolute inset-0 h-full overflow-hidden bg-transparent text-transparent caret-ink outline-none selection:bg-accent/20 selection:text-transparent`}
          value={value}
          disabled={props.disabled}
          maxLength={conditionLengthMax}
          spellCheck={false}
          autoCapitalize="off"
          autoCorrect="off"
          autoComplete="off"
          aria-invalid={faults.length > 0 ? true : undefined}
          aria-describedby={`${id}-verdict`}
          onChange={(event) => props.change(event.target.value)}
        />
      </div>
      <div id={`${id}-verdict`} role="status" className="mt-1.5 min-h-5 text-2xs">
        <Verdict value={value} check={check} isChecking={props.isChecking} />
      </div>
    </div>
  )
}

function Verdict({ value, check, isChecking }: { value: string; check: ConditionCheck | null; isChecking: boolean }) {
  const t = useT()
  if (value.trim() === '') return <p className="text-ink-2">{t('rules.editor.emptyCondition')}</p>
  if (check === null) return <p className="text-ink-2">{isChecking ? t('rules.editor.checking') : ''}</p>
  return (
    <div className={`space-y-1 ${isChecking ? 'opacity-60' : ''}`}>
      {check.faults.map((fault) => (
        <Fault key={`${fault.offset} ${fault.code}`} fault={fault} value={value} className="text-critical" />
      ))}
      {check.warnings.map((fault) => (
        <Fault key={`${fault.offset} ${fault.code}`} fault={fault} value={value} className="text-medium" />
      ))}
      {check.ok && check.cost !== null ? (
        <p className="tnum flex flex-wrap items-center gap-x-2 text-ink-2">
          <span className="font-medium text-low">{t('rules.editor.works')}</span>
          <span aria-hidden className="h-1 w-20 overflow-hidden rounded-full bg-line">
            <span
              className="block h-full min-w-[2px] bg-accent"
              style={{ width: `${Math.min(100, (check.cost / check.costMax) * 100)}%` }}
            />
          </span>
          {t('rules.editor.cost', { cost: check.cost, max: check.costMax })}
        </p>
      ) : null}
    </div>
  )
}

function Fault({ fault, value, className }: { fault: ConditionFault; value: string; className: string }) {
  const t = useT()
  const before = value.slice(0, fault.offset)
  const line = before.split('\n').length
  const column = fault.offset - before.lastIndexOf('\n')
  return (
    <p className={className}>
      <span className="tnum font-medium">{t('rules.editor.at', { line, column })}</span>{' '}
      {t(`rules.fault.${fault.code}`)}
      {fault.suggestion ? (
        <>
          {' '}
          {t.rich('rules.editor.meant', {
            suggestion: fault.suggestion,
            code: (chunks) => <code className="font-mono font-medium">{chunks}</code>,
          })}
        </>
      ) : null}
      <span lang="en" className="block text-ink-2">
        {fault.message}
      </span>
    </p>
  )
}
