import type { OrganizationContext } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { revokeApiKeyStatement } from './store.ts'

/** The key works no more from here on. Throws `not_found` for one that is revoked or another organization's. */
export const revokeApiKey = async (ctx: OrganizationContext, keyId: string): Promise<void> => {
  const [revoked] = await ctx.db.batch([
    revokeApiKeyStatement(ctx.db, ctx.organizationId, keyId, ctx.now().getTime()).returning(),
    auditStatement(ctx, 'api-key.revoked', { apiKeyId: keyId }, { target: keyId, risk: 'medium' }),
  ])
  if (revoked.length === 0) throw notFound('API key')
  await drainSoon(ctx, ctx.organizationId)
}
