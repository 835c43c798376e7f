import { type ReactNode, useId, useState } from 'react'
import { useT } from '../i18n/use-t.ts'
import { Dialog, SubmitActions } from './dialog.tsx'
import { Trouble } from './state.tsx'

/**
 * Asks before something that cannot be taken back. Focus starts on Cancel. With `typed`, that word must be typed
 * first. `onConfirm` may reject: the dialog stays and says why.
 */
export function Confirm(props: {
  open: boolean
  close: () => void
  title: string
  body: ReactNode
  action: string
  typed?: string
  danger?: boolean
  onConfirm: () => Promise<unknown>
}) {
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.close()}
      title={props.title}
      description={props.body}
    >
      <Question {...props} />
    </Dialog>
  )
}

function Question(props: Parameters<typeof Confirm>[0]) {
  const t = useT()
  const id = useId()
  const [typed, setTyped] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const ready = props.typed === undefined || typed.trim() === props.typed
  const confirm = async () => {
    setBusy(true)
    try {
      await props.onConfirm()
      props.close()
    } catch (failure) {
      setError(failure)
      setBusy(false)
    }
  }
  return (
    <form
      className="mt-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (ready && !busy) void confirm()
      }}
    >
      {props.typed === undefined ? null : (
        <div className="mb-4">
          <label htmlFor={id} className="mb-1.5 block text-xs text-ink-2">
            {t.rich('confirm.typeName', {
              name: props.typed,
              b: (chunks) => <strong className="font-medium text-ink">{chunks}</strong>,
            })}
          </label>
          <input
            id={id}
            className="field"
            autoComplete="off"
            value={typed}
            onChange={(e) => setTyped(e.target.value)}
          />
        </div>
      )}
      <Trouble error={error} />
      <SubmitActions cancel={props.close} disabled={!ready || busy} tone={props.danger ? 'critical' : 'primary'}>
        {props.action}
      </SubmitActions>
    </form>
  )
}
