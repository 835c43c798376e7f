import { useId, useRef, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'

/** Refusing can always say why; the reason reaches the audit and whoever asks later. One reason for a whole batch. */
export function RejectDialog(props: {
  count: number
  /** What a batch leaves alone, in words. */
  leftOut?: string | null
  close: () => void
  confirm: (reason: string | null) => void
}) {
  const t = useT()
  const id = useId()
  const [reason, setReason] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  const confirm = () => {
    props.close()
    props.confirm(reason.trim() === '' ? null : reason.trim())
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.close()}
      title={t('approvals.rejectTitle', { count: props.count })}
      description={t('approvals.rejectBody', { count: props.count })}
      initialFocus={field}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          confirm()
        }}
      >
        {props.leftOut ? <p className="mt-2 text-xs text-medium">{props.leftOut}</p> : null}
        <label htmlFor={id} className="mt-4 mb-1.5 block text-xs font-medium">
          {t('approvals.reason')}
        </label>
        <textarea
          ref={field}
          id={id}
          rows={3}
          maxLength={1000}
          className="field h-auto py-2"
          value={reason}
          onChange={(event) => setReason(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && (event.metaKey || event.ctrlKey)) confirm()
          }}
        />
        <SubmitActions cancel={props.close} tone="danger">
          {t('approvals.rejectCount', { count: props.count })}
          <span aria-hidden className="kbd max-md:hidden">
            ⌃↵
          </span>
        </SubmitActions>
      </form>
    </Dialog>
  )
}
