import type { OrganizationContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import type { CreateApiKey } from './contract.ts'
import { newSecret } from './key.ts'
import { insertApiKeyStatement } from './store.ts'
import { viewApiKey } from './view.ts'

/** Makes a key; its secret is told this once. Throws `forbidden` for scopes that the creator does not have. */
export const createApiKey = async (ctx: OrganizationContext, { name, scopes, expiresInDays }: CreateApiKey) => {
  const lacking = scopes.filter((scope) => !ctx.capabilities.has(scope))
  if (lacking.length > 0)
    throw new AppError('forbidden', `A key has no more capabilities than its creator: ${lacking.join(', ')}.`)
  const id = ctx.newId('key')
  const now = ctx.now().getTime()
  const { secret, digest, hint } = newSecret(id)
  const wanted = [...new Set(scopes)]
  const row = {
    id,
    organizationId: ctx.organizationId,
    name,
    digest,
    hint,
    scopes: wanted.join(' '),
    createdBy: ctx.actor.id,
    createdAt: now,
    expiresAt: expiresInDays === null ? null : now + expiresInDays * 86_400_000,
    lastUsedAt: null,
    revokedAt: null,
  }
  await ctx.db.batch([
    insertApiKeyStatement(ctx.db, row),
    auditStatement(ctx, 'api-key.created', { apiKeyId: id, scopes: wanted }, { target: id, risk: 'medium' }),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return { apiKey: viewApiKey(row, ctx.actorName), secret }
}
