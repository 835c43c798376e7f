import type { Role } from '../../../platform/access/contract.ts'
import { signAccessToken } from '../../../platform/access/token.ts'
import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { User } from '../../users/index.ts'
import type { Session } from '../schema.ts'
import { newRefreshToken } from './refresh-token.ts'
import { insertSessionStatement } from './store.ts'

const dayMs = 86_400_000
export const idleLimitMs = 30 * dayMs
export const sessionLimitMs = 180 * dayMs

export interface NewSession {
  userId: string
  organizationId: string
  kind: Session['kind']
  scopes?: string | null
}

/** A signed-in session as its owner gets it. */
export interface SignedIn {
  session: Session
  accessToken: string
  refreshToken: string
}

/** What kind of session keeps its tokens that way. */
export const kindOf = (transport: 'cookie' | 'token'): 'browser' | 'token' =>
  transport === 'cookie' ? 'browser' : 'token'

/** A session that is not stored yet, and the first refresh token of its family. */
export const newSession = (ctx: RequestContext, { userId, organizationId, kind, scopes = null }: NewSession) => {
  const id = ctx.newId('ses')
  const now = ctx.now().getTime()
  const { token, familyDigest, tokenDigest } = newRefreshToken(id)
  const session: Session = {
    id,
    userId,
    organizationId,
    kind,
    scopes,
    familyDigest,
    tokenDigest,
    userAgent: ctx.userAgent,
    ipAddress: ctx.ipAddress,
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + idleLimitMs,
    endsAt: now + sessionLimitMs,
    revokedAt: null,
  }
  return { session, refreshToken: token }
}

type Method = 'password' | 'passkey' | 'github' | 'google' | 'device'

/** Opens a session and tells the audit, in one commit: the last step of every way in. */
export const openSession = async (
  ctx: RequestContext,
  user: User,
  role: Role,
  wanted: NewSession & { method: Method },
): Promise<SignedIn> => {
  const { session, refreshToken } = newSession(ctx, wanted)
  const within = actingFor(ctx, session.organizationId, { kind: 'member', id: user.id })
  await ctx.db.batch([
    insertSessionStatement(ctx.db, session),
    auditStatement(within, 'user.signed-in', { method: wanted.method }, { target: session.id }),
  ])
  await drainSoon(ctx, session.organizationId)
  return { session, refreshToken, accessToken: await accessTokenFor(ctx, session, user.name, role) }
}

export const accessTokenFor = (ctx: RequestContext, session: Session, name: string, role: Role) =>
  signAccessToken(
    ctx.config,
    {
      sub: session.userId,
      sid: session.id,
      org: session.organizationId,
      role,
      name,
      ...(session.scopes !== null && { scope: session.scopes }),
    },
    ctx.now(),
  )
