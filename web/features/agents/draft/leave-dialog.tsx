import type { useBlocker } from '@tanstack/react-router'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'

type Blocker = Extract<ReturnType<typeof useBlocker>, { status: string }>

/** Asks whoever is about to leave what was not saved. */
export function LeaveDialog({ blocker, discard }: { blocker: Blocker; discard: () => void }) {
  const t = useT()
  if (blocker.status !== 'blocked') return null
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && blocker.reset()}
      title={t('agent.leave.title')}
      description={t('agent.leave.body')}
    >
      <DialogActions>
        <button
          type="button"
          className="btn btn-danger"
          onClick={() => {
            discard()
            blocker.proceed()
          }}
        >
          {t('agent.leave.discard')}
        </button>
        <button type="button" className="btn btn-primary" onClick={blocker.reset}>
          {t('agent.leave.stay')}
        </button>
      </DialogActions>
    </Dialog>
  )
}
