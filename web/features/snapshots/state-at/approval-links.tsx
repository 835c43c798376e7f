import { Link } from '@tanstack/react-router'
import { z } from 'zod'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'

/** What a request to go back says of itself. */
const Rollback = z.object({
  from: z.number().int().positive(),
  to: z.number().int().positive(),
  scope: SnapshotScope.default('agent_config'),
})

/** From an approval to the agent's configuration as it was then, and to what a rollback would change. */
export function ApprovalLinks({ approval }: { approval: Approval }) {
  const t = useT()
  const { agentId, decision, requestedAt, action } = approval
  if (!agentId) return null
  const rollback = action === 'config.rollback' ? Rollback.safeParse(approval.arguments).data : undefined
  return (
    <>
      {rollback ? (
        <Link
          to="/agents/$id/history"
          params={{ id: agentId }}
          search={{ scope: rollback.scope, from: String(rollback.from), to: String(rollback.to) }}
          className="aside-link"
        >
          {t('approvals.rollbackChanges')}
        </Link>
      ) : null}
      <Link
        to="/agents/$id/history"
        params={{ id: agentId }}
        search={{ at: decision?.at ?? requestedAt }}
        className="aside-link"
      >
        {t(decision ? 'approvals.stateDecided' : 'approvals.stateAsked')}
      </Link>
    </>
  )
}
