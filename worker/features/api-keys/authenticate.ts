import { Capability, capabilitiesOf } from '../../platform/access/contract.ts'
import { actingFor, type OrganizationContext, type RequestContext } from '../../platform/context.ts'
import { sameSecret } from '../../platform/secrets.ts'
import { drainSoon, recordStatement } from '../audit/index.ts'
import { findMembership } from '../organizations/index.ts'
import { isFirst, perAccount } from '../rate-limits/index.ts'
import { readSecret } from './key.ts'
import type { ApiKeyRow } from './schema.ts'
import { findApiKey, touchApiKey } from './store.ts'

const touchEveryMs = 60_000

/**
 * The caller behind a key, with those of its scopes that its creator's role still has; null when the key is wrong,
 * expired or revoked, or when its creator is no member any more.
 */
export const callerByApiKey = async (ctx: RequestContext, secret: string): Promise<OrganizationContext | null> => {
  const claimed = readSecret(secret)
  const key = claimed && (await findApiKey(ctx.db, claimed.keyId))
  const now = ctx.now().getTime()
  if (!key) return null
  if (!sameSecret(key.digest, claimed.digest)) return refused(ctx, key, 'wrong')
  if (key.revokedAt !== null) return refused(ctx, key, 'revoked')
  if (key.expiresAt !== null && key.expiresAt <= now) return refused(ctx, key, 'expired')
  const creator = await findMembership(ctx.db, key.organizationId, key.createdBy)
  if (!creator) return refused(ctx, key, 'creator_gone')
  if (key.lastUsedAt === null || key.lastUsedAt < now - touchEveryMs)
    ctx.waitUntil(touchApiKey(ctx.db, key.id, now, touchEveryMs))
  const held = capabilitiesOf(creator.role)
  return {
    ...ctx,
    organizationId: key.organizationId,
    actor: { kind: 'api_key', id: key.id },
    actorName: key.name,
    role: null,
    person: { id: key.createdBy, role: creator.role },
    capabilities: new Set(scopesOf(key.scopes).filter((scope) => held.includes(scope))),
    sessionId: null,
  }
}

/** The answer does not wait for its event, and so says nothing about which keys there are. */
const refused = (ctx: RequestContext, key: ApiKeyRow, cause: 'wrong' | 'expired' | 'revoked' | 'creator_gone') => {
  ctx.waitUntil(tellRefused(ctx, key, cause))
  return null
}

const tellRefused = async (
  ctx: RequestContext,
  { id, organizationId }: ApiKeyRow,
  cause: Parameters<typeof refused>[2],
) => {
  if (!(await isFirst(ctx, perAccount(`api-key-refused-${cause}`, id, 1, 10)))) return
  const within = actingFor(ctx, organizationId, { kind: 'anonymous', id: ctx.ipAddress })
  const facts = { target: id, risk: 'medium' } as const
  await within.db.batch([recordStatement(within, 'api-key.refused', { apiKeyId: id, cause }, facts)])
  await drainSoon(within, organizationId)
}

/** Scopes as they are stored; one that is no capability any more grants nothing. */
export const scopesOf = (stored: string): Capability[] =>
  stored.split(' ').flatMap((scope) => Capability.safeParse(scope).data ?? [])
