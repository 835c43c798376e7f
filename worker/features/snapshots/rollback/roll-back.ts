import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { type DescribedAgent, getAgent, refuseUnmanageable } from '../../agents/index.ts'
import type { RollBack, RolledBack } from '../contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import type { RollbackNote } from '../taking/cause.ts'
import { hashOf } from '../taking/contents.ts'
import { newestVersion } from '../versions/get.ts'
import { viewSnapshot } from '../versions/view.ts'
import { approvalOfRollback } from './approve.ts'
import { liveOf } from './live.ts'
import { planRollback } from './plan.ts'
import { writePlan } from './write.ts'

const nothing = { approvalId: null, change: null, verified: null, files: [], snapshot: null }

/**
 * Puts an earlier version back, as it was previewed. The order of the change is the commit point: a crash before it has
 * changed nothing (a used approval is asked for anew), one behind it leaves a change whose end is told. The gateway takes
 * it as a whole or not at all, and only on the configuration that it was made to: of two at once one wins. Files are
 * written one by one (`writeFiles`). Throws `stale` when something else would be done than was looked at, `invalid` with
 * the gateway's issues or for secrets in the way, `conflict` when it was refused, `unavailable` while the gateway is away.
 */
export const rollBack = async (
  ctx: OrganizationContext,
  agentId: string,
  { digest, ...wanted }: RollBack,
): Promise<RolledBack> => {
  const { scope } = wanted
  const agent = await getAgent(ctx, agentId)
  refuseUnmanageable(agent)
  refuseHeld(agent, scope)
  const plan = await planRollback(ctx, agent, wanted)
  if (plan.changes.length === 0) return { state: 'nothing', ...nothing }
  if (plan.digest !== digest)
    throw new AppError('stale', 'Something else would be done than was looked at.', {
      context: { digest: plan.digest, live: plan.live.version },
    })
  if (plan.blocked.length > 0)
    throw new AppError('invalid', 'A secret stands within what would be written, and nobody here knows it.', {
      errors: plan.blocked.map((path) => ({ path, message: 'holds a secret' })),
    })
  const approval = plan.risk === 'critical' ? await approvalOfRollback(ctx, agent, plan) : null
  if (approval && !approval.approved) return { state: 'waiting', ...nothing, approvalId: approval.approvalId }
  const approvalId = approval?.approvalId ?? null
  const note: RollbackNote = { rollbackTo: wanted.version, approvalId, target: plan.targetHash }
  const { change, files } = await writePlan(ctx, agent, plan, note)
  const written = { ...nothing, approvalId, change, files }
  if (change === null) return { ...written, state: 'partial', snapshot: await standing(ctx, agent, scope) }
  if (change.state !== 'confirmed') return { ...written, state: 'under_way' }
  const { content } = await liveOf(ctx, agent, scope)
  const snapshot = viewSnapshot(await newestVersion(ctx, agentId, scope))
  return { ...written, state: 'done', verified: hashOf(content) === plan.targetHash, snapshot }
}

/** What stands there now, as a version; null while nobody can say. */
const standing = async (ctx: OrganizationContext, agent: DescribedAgent, scope: SnapshotScope) => {
  try {
    await liveOf(ctx, agent, scope)
    return viewSnapshot(await newestVersion(ctx, agent.id, scope))
  } catch (error) {
    if (error instanceof AppError) return null
    throw error
  }
}

/** Its entry is what keeps an agent out of service. Its bindings and files may be put back before it is let go again. */
const refuseHeld = ({ disabledAt, stopOrderId }: DescribedAgent, scope: SnapshotScope): void => {
  if (scope === 'agent_config' && (disabledAt !== null || stopOrderId !== null))
    throw new AppError(
      'conflict',
      'The agent is out of service, and going back could end that. Put it into service first.',
    )
}
