import { Capability, capabilitiesOf } from '../../platform/access/contract.ts'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { sameSecret } from '../../platform/secrets.ts'
import { findMembership } from '../organizations/index.ts'
import { readSecret } from './key.ts'
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
  if (!key || !sameSecret(key.digest, claimed.digest)) return null
  if (key.expiresAt !== null && key.expiresAt <= now) return null
  const creator = await findMembership(ctx.db, key.organizationId, key.createdBy)
  if (!creator) return null
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

/** Scopes as they are stored; one that is no capability any more grants nothing. */
export const scopesOf = (stored: string): Capability[] =>
  stored.split(' ').flatMap((scope) => Capability.safeParse(scope).data ?? [])
