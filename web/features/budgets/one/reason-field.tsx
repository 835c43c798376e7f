import { useId } from 'react'
import { useT } from '../../../i18n/use-t.ts'

/** Why something is done, which goes into the audit. */
export function ReasonField(props: { reason: string; set: (reason: string) => void; isMissing: boolean }) {
  const t = useT()
  const id = useId()
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
        {t('budgets.reason')}
      </label>
      <textarea
        id={id}
        rows={2}
        className="field h-auto py-2"
        maxLength={1_000}
        placeholder={t('budgets.reasonHint')}
        value={props.reason}
        aria-invalid={props.isMissing ? true : undefined}
        aria-describedby={props.isMissing ? `${id}-error` : undefined}
        onChange={({ target }) => props.set(target.value)}
      />
      {props.isMissing ? (
        <p id={`${id}-error`} role="alert" className="mt-1 text-2xs text-critical">
          {t('budgets.fault.reason')}
        </p>
      ) : null}
    </div>
  )
}
