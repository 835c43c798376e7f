import type { Capability } from '../../platform/access/contract.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { drainSoon } from './drain.ts'
import { recordStatement } from './record.ts'

/** A member or a key asked for what it may not do. */
export const recordRefusal = async (
  ctx: OrganizationContext,
  capability: Capability,
  method: string,
  path: string,
): Promise<void> => {
  await ctx.db.batch([recordStatement(ctx, 'access.refused', { capability, method, path }, { risk: 'medium' })])
  await drainSoon(ctx, ctx.organizationId)
}
