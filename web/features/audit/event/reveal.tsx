import { useState } from 'react'
import type { z } from 'zod'
import { Revealed } from '../../../../worker/features/audit/erasure/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { visible } from '../../../ui/command.tsx'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { ReasonDialog } from './reason-dialog.tsx'

type Originals = z.infer<typeof Revealed>['originals']

/** Reads what a placeholder stands for. It is shown here and kept nowhere: closed, it has to be asked for again. */
export function Reveal({ seq, subject, close }: { seq: number; subject: string; close: () => void }) {
  const t = useT()
  const [originals, setOriginals] = useState<Originals | null>(null)
  const reveal = async (reason: string) => {
    try {
      const body = { subject, reason }
      setOriginals((await request(Revealed, `/audit/events/${seq}/reveal`, { method: 'POST', body })).originals)
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== 'not_found') throw error
      setOriginals([])
    }
  }
  if (originals === null)
    return (
      <ReasonDialog
        title={t('audit.erasure.reveal')}
        body={t('audit.erasure.revealBody', { subject })}
        action={t('audit.erasure.reveal')}
        close={close}
        onConfirm={reveal}
      />
    )
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('audit.erasure.original')}
      description={t(originals.length === 0 ? 'audit.erasure.notKept' : 'audit.erasure.revealed')}
    >
      <dl className="mt-4 space-y-3">
        {originals.map(({ path, value }) => (
          <div key={path}>
            <dt className="font-mono text-2xs text-ink-2">{path}</dt>
            <dd className="mt-0.5 rounded-md border border-line bg-canvas px-3 py-2 font-mono text-xs wrap-anywhere">
              {visible(value)}
            </dd>
          </div>
        ))}
      </dl>
      <DialogActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.close')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
