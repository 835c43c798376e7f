import { Link } from '@tanstack/react-router'
import { Fingerprint } from 'lucide-react'
import { useId, useRef, useState } from 'react'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import type { Assertion } from '../../../../worker/features/approvals/decision/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useMe } from '../../../session/queries.ts'
import { CommandText } from '../../../ui/command.tsx'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { Note } from '../../../ui/state.tsx'
import { needsSecondStep, wholeText } from '../inbox.ts'
import { approvalTitle } from '../title.ts'
import { SignTrouble } from './sign-trouble.tsx'

/**
 * The second step of allowing: what is critical or cannot be taken back is read once more and ticked, and where the
 * rule wants it the decision is signed with a passkey over the digest of what is shown. Nothing is decided before.
 */
export function AllowDialog(props: {
  approval: Approval
  close: () => void
  confirm: (assertion: Assertion | undefined) => void
}) {
  const t = useT()
  const id = useId()
  const { approval } = props
  const asksToRead = needsSecondStep(approval)
  const signs = approval.ask?.passkey === true
  const hasPasskey = (useMe()?.passkeys ?? 1) > 0
  const [read, setRead] = useState(!asksToRead)
  const [busy, setBusy] = useState(false)
  const [failure, setFailure] = useState<unknown>(null)
  const cancel = useRef<HTMLButtonElement>(null)

  const confirm = async () => {
    if (!signs) {
      props.close()
      return props.confirm(undefined)
    }
    setBusy(true)
    setFailure(null)
    try {
      const { signDecision } = await import('../sign.ts')
      const assertion = await signDecision(approval.id, 'allow_once')
      props.close()
      props.confirm(assertion)
    } catch (error) {
      setFailure(error)
      setBusy(false)
    }
  }
  const why = approval.risk === 'critical' ? 'critical' : asksToRead ? 'irreversible' : 'sign'
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && props.close()}
      title={t(`approvals.second.${why}.title`)}
      description={t(`approvals.second.${why}.body`, {
        requester: approval.connectorName ?? approval.requestedBy.name,
      })}
      initialFocus={cancel}
    >
      <p className="mt-4 font-medium break-words">{approvalTitle(t, approval)}</p>
      <pre className="mt-2 max-h-[30dvh] overflow-y-auto rounded-md border border-line bg-sunken px-3 py-2.5 font-mono text-xs break-words whitespace-pre-wrap">
        <CommandText command={wholeText(approval)} reasons={approval.command ? approval.riskReasons : []} />
      </pre>
      {asksToRead ? (
        <label htmlFor={id} className="mt-4 flex min-h-6 items-start gap-2.5 max-md:min-h-11">
          <input
            id={id}
            type="checkbox"
            checked={read}
            onChange={(event) => setRead(event.target.checked)}
            className="mt-1 size-4 shrink-0 accent-[var(--critical)]"
          />
          {t('approvals.second.read')}
        </label>
      ) : null}
      {signs ? (
        <div className="mt-4 space-y-3">
          <p className="flex gap-2.5 text-xs text-ink-2">
            <Fingerprint size={16} aria-hidden className="mt-0.5 shrink-0" />
            <span>
              {t('approvals.sign.explain')}
              <code className="mt-0.5 block font-mono text-2xs break-all">{approval.digest}</code>
            </span>
          </p>
          {hasPasskey ? null : (
            <Note tone="warn">
              {t.rich('approvals.sign.none', {
                link: (chunks) => (
                  <Link to="/settings/security" className="font-medium underline underline-offset-3">
                    {chunks}
                  </Link>
                ),
              })}
            </Note>
          )}
          <SignTrouble error={failure} />
        </div>
      ) : null}
      <DialogActions>
        <button ref={cancel} type="button" className="btn" onClick={props.close}>
          {t('action.cancel')}
        </button>
        <button
          type="button"
          disabled={!read || busy || (signs && !hasPasskey)}
          className={
            asksToRead
              ? 'btn border-transparent bg-critical text-surface hover:bg-critical disabled:hover:bg-critical'
              : 'btn btn-primary'
          }
          onClick={() => void confirm()}
        >
          {busy ? t('approvals.sign.waiting') : signs ? t('approvals.sign.allow') : t('approvals.second.allow')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
