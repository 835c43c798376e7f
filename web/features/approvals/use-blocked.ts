import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useLiveState } from '../../live.ts'
import { useCan } from '../../session/queries.ts'
import { isOffered } from './outcomes.ts'

/** Why this person can decide nothing at all right now, in words; null when they can. */
export const useBarred = () => {
  const t = useT()
  const live = useLiveState()
  const can = useCan('approvals.decide')
  if (!can) return t('approvals.blocked.role')
  if (live === 'offline') return t('approvals.blocked.offline')
  return live === 'live' ? null : t('approvals.blocked.stale')
}

/** Why this one cannot be decided right now, in words; null when it can. */
export const useBlocked = (approval: Approval | undefined, now: number) => {
  const t = useT()
  const barred = useBarred()
  if (approval?.state !== 'pending') return null
  if (Date.parse(approval.expiresAt) <= now) return t('approvals.blocked.expired')
  if (approval.refusedToCaller !== null) return t(`approvals.blocked.${approval.refusedToCaller}`)
  if (barred) return barred
  if (!isOffered(approval, 'allow_once') && !isOffered(approval, 'reject')) return t('approvals.blocked.gateway')
  return null
}
