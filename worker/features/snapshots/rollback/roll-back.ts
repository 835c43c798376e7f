import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import {
  differencesOf,
  gatewayConfig,
  getAgent,
  orderChange,
  orderOf,
  refuseUnmanageable,
  settled,
} from '../../agents/index.ts'
import { Tree } from '../../connectors/link/questions/contract.ts'
import type { RollBack, RolledBack } from '../contract.ts'
import { hashOf } from '../taking/contents.ts'
import { newestVersion } from '../versions/get.ts'
import { viewSnapshot } from '../versions/view.ts'
import { approvalFor } from './approve.ts'
import { mergePatchOf } from './merge-patch.ts'
import { planRollback } from './plan.ts'

/**
 * Puts an earlier version back, as it was previewed. The order of the change is the commit point: a crash before it has
 * changed nothing (a used approval is asked for anew), one behind it leaves a change whose end is told. The gateway takes
 * it as a whole or not at all, and only on the configuration that it was made to: of two at once one wins. Throws `stale`
 * when something else would be done than was looked at, `invalid` with the gateway's issues or for secrets in the way,
 * `conflict` when it was refused, `unavailable` while the gateway is away.
 */
export const rollBack = async (
  ctx: OrganizationContext,
  agentId: string,
  { digest, ...wanted }: RollBack,
): Promise<RolledBack> => {
  const agent = await getAgent(ctx, agentId)
  refuseUnmanageable(agent)
  if (agent.disabledAt !== null || agent.stopOrderId !== null)
    throw new AppError(
      'conflict',
      'The agent is out of service, and going back could end that. Put it into service first.',
    )
  const plan = await planRollback(ctx, agent, wanted)
  const nothing = { approvalId: null, change: null, verified: null, snapshot: null }
  if (plan.changes.length === 0) return { state: 'nothing', ...nothing }
  if (plan.digest !== digest)
    throw new AppError('stale', 'Something else would be done than was looked at.', {
      context: { digest: plan.digest, live: plan.live.version },
    })
  if (plan.blocked.length > 0)
    throw new AppError('invalid', 'A secret stands within what would be written, and nobody here knows it.', {
      errors: plan.blocked.map((path) => ({ path, message: 'holds a secret' })),
    })
  const approval = plan.risk === 'critical' ? await approvalFor(ctx, agent, plan) : null
  if (approval && !approval.approved) return { state: 'waiting', ...nothing, approvalId: approval.approvalId }
  const approvalId = approval?.approvalId ?? null
  const patch = Tree.parse(mergePatchOf(plan.entry, plan.target))
  const differences = differencesOf(plan.entry, plan.target)
  const change = settled(
    await orderChange(ctx, agent, {
      kind: 'config',
      reason: JSON.stringify({ rollbackTo: wanted.version, approvalId }),
      ...orderOf(agent, { hash: plan.baseHash, entry: plan.entry, after: plan.target, differences }, patch),
    }),
    `agents.entries.${agent.externalId}.`,
  )
  if (change.state !== 'confirmed') return { ...nothing, state: 'under_way', approvalId, change }
  const { entry } = await gatewayConfig(ctx, agent, { liveOnly: true })
  const snapshot = viewSnapshot(await newestVersion(ctx, agentId, 'agent_config'))
  return { state: 'done', approvalId, change, verified: hashOf(entry ?? {}) === plan.targetHash, snapshot }
}
