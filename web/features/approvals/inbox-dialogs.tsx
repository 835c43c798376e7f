import { lazy, Suspense } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { withMessages } from '../../i18n/catalogue.ts'
import { useNow } from '../../use-now.ts'
import type { BatchPlan } from './batch.ts'
import { useBatchText } from './batch-text.ts'
import type { Verdict } from './decisions.ts'
import { AllowDialog } from './dialogs/allow-dialog.tsx'
import { BatchAllowDialog } from './dialogs/batch-allow-dialog.tsx'
import { HandOverDialog } from './dialogs/hand-over-dialog.tsx'
import { KeysDialog } from './dialogs/keys-dialog.tsx'
import { RejectDialog } from './dialogs/reject-dialog.tsx'
import { SnoozeDialog } from './dialogs/snooze-dialog.tsx'

const AlwaysDialog = lazy(() =>
  withMessages(
    import('./always/always-dialog.tsx').then((module) => ({ default: module.AlwaysDialog })),
    'grants',
  ),
)

/** What is asked before something happens, about what stood on the screen when it was asked: the list lives on behind. */
export type Asking =
  | { what: 'keys' }
  | { what: 'batch-allow' | 'batch-reject'; plan: BatchPlan }
  | { what: 'allow' | 'always' | 'reject' | 'snooze' | 'hand-over'; approval: Approval }

export function InboxDialogs(props: {
  asking: Asking
  close: () => void
  settle: (approval: Approval, verdict: Verdict) => void
  settleBatch: (approvals: Approval[], verdict: Verdict) => void
}) {
  const now = useNow()
  const words = useBatchText()
  const { asking, close, settle, settleBatch } = props
  const once = { outcome: 'allow_once', reason: null } as const
  switch (asking.what) {
    case 'keys':
      return <KeysDialog close={close} />
    case 'batch-allow':
      return (
        <BatchAllowDialog
          plan={asking.plan}
          leftOut={words(asking.plan).leftOut}
          close={close}
          confirm={() => settleBatch(asking.plan.decides, once)}
        />
      )
    case 'batch-reject':
      return (
        <RejectDialog
          count={asking.plan.decides.length}
          leftOut={words(asking.plan).leftOut}
          close={close}
          confirm={(reason) => settleBatch(asking.plan.decides, { outcome: 'reject', reason })}
        />
      )
    case 'reject':
      return (
        <RejectDialog
          count={1}
          close={close}
          confirm={(reason) => settle(asking.approval, { outcome: 'reject', reason })}
        />
      )
    case 'allow':
      return (
        <AllowDialog
          approval={asking.approval}
          close={close}
          confirm={(assertion) => settle(asking.approval, assertion ? { ...once, assertion } : once)}
        />
      )
    case 'snooze':
      return <SnoozeDialog approval={asking.approval} now={now} close={close} />
    case 'hand-over':
      return <HandOverDialog approval={asking.approval} close={close} />
    case 'always':
      return (
        <Suspense>
          <AlwaysDialog
            approval={asking.approval}
            close={close}
            confirm={(grant) => settle(asking.approval, { outcome: 'allow_always', reason: null, grant })}
          />
        </Suspense>
      )
  }
}
