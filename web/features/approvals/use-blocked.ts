import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useLiveState } from '../../live.ts'
import { useCan } from '../../session/queries.ts'
import { isOffered } from './outcomes.ts'

/** Why nothing can be decided on this one right now, in words; null when it can. */
export const useBlocked = (approval: Approval | undefined, now: number) => {
  const t = useT()
  const live = useLiveState()
  const can = useCan('approvals.decide')
  if (approval?.state !== 'pending') return null
  if (!can) return t('approvals.blocked.role')
  if (Date.parse(approval.expiresAt) <= now) return t('approvals.blocked.expired')
  if (approval.refusedToCaller !== null) return t(`approvals.blocked.${approval.refusedToCaller}`)
  if (live === 'offline') return t('approvals.blocked.offline')
  if (live !== 'live') return t('approvals.blocked.stale')
  if (!isOffered(approval, 'allow_once') && !isOffered(approval, 'reject')) return t('approvals.blocked.gateway')
  return null
}
