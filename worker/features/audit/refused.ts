import type { Refusal } from '../../http/access.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { drainSoon } from './drain.ts'
import { recordStatement } from './record.ts'

/** A member or a key asked for what it may not do, or somebody signed in gave a wrong password or code. */
export const recordRefusal = async (
  ctx: OrganizationContext,
  { code, capability, method, path }: Refusal,
): Promise<void> => {
  const told =
    code === 'forbidden'
      ? recordStatement(ctx, 'access.refused', { capability, method, path }, { risk: 'medium' })
      : recordStatement(ctx, 'user.sign-in-failed', { cause: code }, { target: ctx.actor.id, risk: 'medium' })
  await ctx.db.batch([told])
  await drainSoon(ctx, ctx.organizationId)
}
