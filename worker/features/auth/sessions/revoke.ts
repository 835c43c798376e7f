import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { readRefreshToken } from './refresh-token.ts'
import { findSession, listSessions, revokeStatement } from './store.ts'

/** Ends one of the caller's own sessions. Throws `not_found` for another person's, and for one that has ended. */
export const revokeSession = async (ctx: OrganizationContext, sessionId: string): Promise<void> => {
  const [revoked] = await ctx.db.batch([
    revokeStatement(ctx.db, ctx.actor.id, sessionId, ctx.now().getTime()).returning(),
    auditStatement(ctx, 'session.revoked', { sessionId }, { target: sessionId }),
  ])
  if (revoked.length === 0) throw notFound('Session')
  await drainSoon(ctx, ctx.organizationId)
}

/** Ends all of the caller's sessions but the one that asks. */
export const revokeOtherSessions = async (ctx: OrganizationContext): Promise<void> => {
  const now = ctx.now().getTime()
  const others = (await listSessions(ctx.db, ctx.actor.id, now)).filter(({ id }) => id !== ctx.sessionId)
  const statements = others.flatMap(({ id }) => [
    revokeStatement(ctx.db, ctx.actor.id, id, now),
    auditStatement(ctx, 'session.revoked', { sessionId: id }, { target: id }),
  ])
  const [first, ...rest] = statements
  if (!first) return
  await ctx.db.batch([first, ...rest])
  await drainSoon(ctx, ctx.organizationId)
}

/** Ends the session of a refresh token, or the one that the caller is signed in by. Signing out twice is fine. */
export const signOut = async (
  ctx: RequestContext,
  caller: OrganizationContext | undefined,
  refreshToken: string | undefined,
): Promise<void> => {
  const shown = refreshToken === undefined ? null : readRefreshToken(refreshToken)
  const session = await findSession(ctx.db, shown?.sessionId ?? caller?.sessionId ?? '')
  if (!session || (shown && shown.familyDigest !== session.familyDigest)) return
  const within = actingFor(ctx, session.organizationId, { kind: 'member', id: session.userId })
  await ctx.db.batch([
    revokeStatement(ctx.db, session.userId, session.id, ctx.now().getTime()),
    auditStatement(within, 'user.signed-out', {}, { target: session.id }),
  ])
  await drainSoon(ctx, session.organizationId)
}
