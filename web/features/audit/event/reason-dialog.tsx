import { type FormEvent, type ReactNode, useId, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'

const reasonMin = 3
const reasonMax = 500

/**
 * Asks for what the audit will keep: why. With `typed`, that word must be typed first. `onConfirm` may reject: the dialog
 * stays and says why.
 */
export function ReasonDialog(props: {
  title: string
  body: ReactNode
  action: string
  danger?: boolean
  typed?: string
  close: () => void
  onConfirm: (reason: string) => Promise<unknown>
}) {
  const t = useT()
  const id = useId()
  const [reason, setReason] = useState('')
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const ready = reason.trim().length >= reasonMin && (props.typed === undefined || typed.trim() === props.typed)
  const confirm = async () => {
    setBusy(true)
    setError(null)
    try {
      await props.onConfirm(reason.trim())
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (ready && !busy) void confirm()
  }
  return (
    <Dialog open onOpenChange={(open) => !open && props.close()} title={props.title} description={props.body}>
      <form className="mt-4 space-y-4" onSubmit={submit}>
        <div>
          <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
            {t('audit.erasure.reason')}
          </label>
          <textarea
            id={id}
            className="field h-auto min-h-20 py-2"
            aria-describedby={`${id}-hint`}
            maxLength={reasonMax}
            required
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          <p id={`${id}-hint`} className="mt-1 text-2xs text-ink-2">
            {t('audit.erasure.reasonHint')}
          </p>
        </div>
        {props.typed === undefined ? null : (
          <Field
            label={t('audit.erasure.type', { word: props.typed })}
            autoComplete="off"
            className="font-mono"
            value={typed}
            onChange={(event) => setTyped(event.target.value)}
          />
        )}
        <Trouble error={error} />
        <SubmitActions cancel={props.close} disabled={!ready || busy} tone={props.danger ? 'critical' : 'primary'}>
          {props.action}
        </SubmitActions>
      </form>
    </Dialog>
  )
}
