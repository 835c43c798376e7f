import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import type { Risk } from '../../../../worker/platform/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { useAcceptDrift } from './use-drift.ts'

export interface Acceptable {
  agentId: string
  agentName: string
  scope: SnapshotScope
  /** What the gateway said last, as it was looked at. */
  newest: number
  trusted: number
  risk: Risk | null
}

/** Asks once more before what somebody changed at a gateway becomes what counts. */
export function AcceptDialog({ drift, close }: { drift: Acceptable; close: () => void }) {
  const t = useT()
  const accept = useAcceptDrift()
  return (
    <Confirm
      open
      close={close}
      title={t('snapshots.drift.acceptTitle', { name: drift.agentName })}
      body={t('snapshots.drift.acceptBody', { newest: drift.newest, trusted: drift.trusted })}
      action={t('snapshots.drift.accept')}
      danger={drift.risk === 'critical'}
      onConfirm={() => accept(drift.agentId, drift.scope, drift.newest)}
    />
  )
}
