import { useId, useRef, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { CommandText } from '../../../ui/command.tsx'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { RiskGlyph } from '../../../ui/risk.tsx'
import type { BatchPlan } from '../batch.ts'
import { wholeText } from '../inbox.ts'
import { approvalTitle } from '../title.ts'

/** The second step of a batch with something grave in it: every one of it is listed before any is allowed. */
export function BatchAllowDialog(props: {
  plan: BatchPlan
  leftOut: string | null
  close: () => void
  confirm: () => void
}) {
  const t = useT()
  const id = useId()
  const [read, setRead] = useState(false)
  const cancel = useRef<HTMLButtonElement>(null)
  const count = props.plan.decides.length
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && props.close()}
      title={t('approvals.batch.allowTitle', { count })}
      description={t('approvals.batch.allowBody')}
      initialFocus={cancel}
    >
      <ul className="hairlines mt-4 max-h-[40dvh] overflow-y-auto">
        {props.plan.decides.map((one) => (
          <li key={one.id} className="flex items-start gap-2.5 py-2">
            <span className="flex pt-1">
              <RiskGlyph risk={one.risk} />
            </span>
            <span className="min-w-0">
              <span className="block break-words">{approvalTitle(t, one)}</span>
              <code className="block font-mono text-2xs break-words whitespace-pre-wrap text-ink-2">
                <CommandText command={wholeText(one)} reasons={one.command ? one.riskReasons : []} />
              </code>
            </span>
          </li>
        ))}
      </ul>
      {props.leftOut ? <p className="mt-3 text-xs text-ink-2">{props.leftOut}</p> : null}
      <label htmlFor={id} className="mt-4 flex min-h-6 items-start gap-2.5 max-md:min-h-11">
        <input
          id={id}
          type="checkbox"
          checked={read}
          onChange={(event) => setRead(event.target.checked)}
          className="mt-1 size-4 shrink-0 accent-[var(--critical)]"
        />
        {t('approvals.batch.read')}
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
          {t('approvals.batch.allow', { count })}
        </button>
      </DialogActions>
    </Dialog>
  )
}
