import { useId, useRef, useState } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { CommandText } from '../../ui/command.tsx'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { SingleKeysSwitch } from './single-keys-switch.tsx'

const commandBox =
  'mt-4 rounded-md border border-line bg-sunken px-3 py-2.5 font-mono text-xs break-words whitespace-pre-wrap'

/** Refusing can always say why; the reason reaches the audit and whoever asks later. */
export function RejectDialog(props: {
  approval: Approval
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
      title={t('approvals.rejectTitle')}
      description={t('approvals.rejectBody')}
      initialFocus={field}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          confirm()
        }}
      >
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
        <DialogActions>
          <button type="button" className="btn" onClick={props.close}>
            {t('action.cancel')}
          </button>
          <button type="submit" className="btn btn-danger">
            {t('approvals.reject')}
            <span aria-hidden className="kbd max-md:hidden">
              ⌃↵
            </span>
          </button>
        </DialogActions>
      </form>
    </Dialog>
  )
}

/** The second step for a critical request: the command once more, a tick, and only then the button. */
export function CriticalDialog(props: { approval: Approval; close: () => void; confirm: () => void }) {
  const t = useT()
  const id = useId()
  const [read, setRead] = useState(false)
  const cancel = useRef<HTMLButtonElement>(null)
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && props.close()}
      title={t('approvals.criticalTitle')}
      description={t('approvals.criticalBody', {
        connector: props.approval.connectorName ?? props.approval.requestedBy.name,
      })}
      initialFocus={cancel}
    >
      <pre className={commandBox}>
        <CommandText command={props.approval.command} reasons={props.approval.riskReasons} />
      </pre>
      <label htmlFor={id} className="mt-4 flex min-h-6 items-start gap-2.5 max-md:min-h-11">
        <input
          id={id}
          type="checkbox"
          checked={read}
          onChange={(event) => setRead(event.target.checked)}
          className="mt-1 size-4 shrink-0 accent-[var(--critical)]"
        />
        {t('approvals.criticalRead')}
      </label>
      <DialogActions>
        <button ref={cancel} type="button" className="btn" onClick={props.close}>
          {t('action.cancel')}
        </button>
        <button
          type="button"
          disabled={!read}
          className="btn border-transparent bg-critical text-surface hover:bg-critical disabled:hover:bg-critical"
          onClick={() => {
            props.close()
            props.confirm()
          }}
        >
          {t('approvals.criticalAllow')}
        </button>
      </DialogActions>
    </Dialog>
  )
}

const shortcuts = [
  ['J', 'next'],
  ['K', 'previous'],
  ['A', 'allow'],
  ['R', 'reject'],
  ['E', 'expand'],
  ['Z', 'undo'],
  ['?', 'sheet'],
] as const

export function KeysDialog({ close }: { close: () => void }) {
  const t = useT()
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={t('keys.title')}>
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-2">
        {shortcuts.map(([key, name]) => (
          <div key={key} className="contents">
            <dt>
              <span className="kbd">{key}</span>
            </dt>
            <dd>{t(`keys.${name}`)}</dd>
          </div>
        ))}
        <dt>
          <span className="kbd">⌘K</span>
        </dt>
        <dd>{t('keys.palette')}</dd>
      </dl>
      <div className="border-t border-line mt-5 pt-4">
        <SingleKeysSwitch />
      </div>
      <DialogActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.close')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
