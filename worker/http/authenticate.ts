import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { createMiddleware } from 'hono/factory'
import { type Capability, capabilitiesOf, Role } from '../platform/access/contract.ts'
import { type AccessClaims, verifyAccessToken } from '../platform/access/token.ts'
import type { OrganizationContext, RequestContext } from '../platform/context.ts'
import { AppError } from '../platform/errors.ts'
import type { AppEnv } from './app-env.ts'
import { accessCookie } from './cookies.ts'
import { forgeryFault } from './csrf.ts'

/** Finds the caller behind an API key; null when the key is wrong, expired, revoked or its creator has left. */
export type ByApiKey = (ctx: RequestContext, key: string) => Promise<OrganizationContext | null>

/**
 * Finds out who calls. Without a credential the caller stays anonymous. A wrong `Authorization` is refused at once,
 * because somebody meant it; a wrong cookie only where a route asks for a caller, because browsers send it along.
 */
export const authenticate = ({ byApiKey }: { byApiKey: ByApiKey }) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const authorization = c.req.header('authorization')
    const cookie = authorization === undefined ? getCookie(c, accessCookie) : undefined
    if (authorization !== undefined) c.set('organization', await byAuthorization(c, authorization, byApiKey))
    else if (cookie) await byCookie(c, cookie)
    await next()
  })

const byAuthorization = async (c: Context<AppEnv>, header: string, byApiKey: ByApiKey) => {
  const ctx = c.get('request')
  const token = /^bearer ([\w.~+/-]{1,4096}=*)$/i.exec(header)?.[1] ?? ''
  if (!token.startsWith('cbk_')) return byAccessToken(ctx, token)
  const caller = await byApiKey(ctx, token)
  if (!caller) throw refused()
  return caller
}

const byCookie = async (c: Context<AppEnv>, token: string) => {
  const forged = forgeryFault(c)
  try {
    if (forged) throw forged
    c.set('organization', await byAccessToken(c.get('request'), token))
    c.set('byCookie', true)
  } catch (error) {
    if (!(error instanceof AppError)) throw error
    c.set('credentialFault', error)
  }
}

const byAccessToken = async (ctx: RequestContext, token: string): Promise<OrganizationContext> => {
  const verified = await verifyAccessToken(ctx.config, token, ctx.now())
  if (verified.ok) return memberContext(ctx, verified.claims)
  throw verified.because === 'expired' ? new AppError('token_expired', 'The access token has expired.') : refused()
}

/** The same for whatever was wrong: how a credential failed is nobody's business. */
const refused = () => new AppError('unauthenticated', 'The credential is not valid.')

const memberContext = (ctx: RequestContext, claims: AccessClaims): OrganizationContext => ({
  ...ctx,
  organizationId: claims.org,
  actor: { kind: 'member', id: claims.sub },
  actorName: claims.name,
  role: claims.role,
  person: { id: claims.sub, role: claims.role },
  capabilities: heldBy(claims),
  sessionId: claims.sid,
})

/** Made once: nobody changes them, and each request has those of its caller's role. */
const held = new Map<Role, ReadonlySet<Capability>>(Role.options.map((role) => [role, new Set(capabilitiesOf(role))]))

const heldBy = ({ role, scope }: AccessClaims): ReadonlySet<Capability> => {
  const ofRole = held.get(role) ?? new Set()
  if (scope === undefined) return ofRole
  const granted = scope.split(' ')
  return new Set([...ofRole].filter((capability) => granted.includes(capability)))
}
