import type { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { Grant, RevokeGrant } from './contract.ts'
import { askToForget } from './gateway.ts'
import { endStatement, getGrant } from './store.ts'
import { viewGrant } from './view.ts'

/**
 * Takes a grant back: from the commit on it answers nothing, and a gateway that remembers it is told to forget. Twice is
 * once, and answers the grant as it is; so does one that had ended by itself. Throws `not_found`.
 */
export const revokeGrant = async (
  ctx: OrganizationContext,
  id: string,
  { reason }: z.infer<typeof RevokeGrant>,
): Promise<Grant> => {
  const before = await getGrant(ctx, id)
  const now = ctx.now().getTime()
  const [revoked] = await ctx.db.batch([
    endStatement(ctx, id, {
      revokedAt: now,
      revokedById: ctx.actor.id,
      revokedByName: ctx.actorName,
      revokeReason: reason ?? null,
      endedAt: now,
    }),
    auditStatement(
      ctx,
      'grant.revoked',
      { grantId: id, reason: reason ?? null },
      { target: id, agentId: before.agentId, connectorId: before.connectorId, risk: 'medium' },
    ),
  ])
  if (revoked.meta.changes > 0) {
    // Committed. A crash from here on leaves `revoking`: the session asks for it at the connector's next hello.
    const after = await getGrant(ctx, id)
    if (after.gateway === 'revoking') await askToForget(ctx, after)
    await drainSoon(ctx, ctx.organizationId)
  }
  return viewGrant(await getGrant(ctx, id), now)
}
