import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { extendOrders } from '../kill-switch/index.ts'
import { findMembership } from '../organizations/index.ts'
import type { Agent, DescribeAgent } from './contract.ts'
import { describeAgentStatement, getAgent } from './store.ts'
import { viewAgent } from './view.ts'

const fields = ['displayName', 'ownerId', 'resourceGroup', 'tags'] as const

/**
 * Changes what people here say of an agent; its gateway knows none of it. Nothing new is no event. Throws
 * `precondition_failed` when somebody else did so since `version`, `invalid` for an owner who is no member.
 */
export const describeAgent = async (
  ctx: OrganizationContext,
  id: string,
  version: number,
  wanted: DescribeAgent,
): Promise<Agent> => {
  const before = await getAgent(ctx, id)
  if (wanted.ownerId && !(await findMembership(ctx.db, ctx.organizationId, wanted.ownerId)))
    throw new AppError('invalid', 'An owner is a member of the organization.', {
      errors: [{ path: 'ownerId', message: 'not a member' }],
    })
  const changed = fields.filter(
    (field) => wanted[field] !== undefined && JSON.stringify(wanted[field]) !== JSON.stringify(before[field]),
  )
  if (before.version !== version) throw changedMeanwhile(before.version)
  if (changed.length === 0) return viewAgent(before)
  const { displayName = before.displayName, ownerId = before.ownerId } = wanted
  const { resourceGroup = before.resourceGroup, tags = before.tags } = wanted
  const [described] = await ctx.db.batch([
    describeAgentStatement(ctx, id, version, { displayName, ownerId, resourceGroup, tags }),
    auditStatement(
      ctx,
      'agent.described',
      { fields: changed },
      { target: id, agentId: id, connectorId: before.connectorId },
    ),
  ])
  if (described.meta.changes === 0) throw changedMeanwhile((await getAgent(ctx, id)).version)
  // A stopped group takes in whoever comes into it.
  if (changed.includes('resourceGroup')) await extendOrders(ctx)
  await drainSoon(ctx, ctx.organizationId)
  return viewAgent(await getAgent(ctx, id))
}

const changedMeanwhile = (version: number) =>
  new AppError('precondition_failed', 'Somebody else has changed it since.', { context: { version } })
