import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { findMembership, membershipsOf } from '../../organizations/index.ts'
import { findUser } from '../../users/index.ts'
import type { Session } from '../schema.ts'
import { accessTokenFor, idleLimitMs, type SignedIn } from './open.ts'
import { newRefreshToken, readRefreshToken } from './refresh-token.ts'
import { findSession, revokeStatement, rotate } from './store.ts'

interface RefreshInput {
  refreshToken: string
  /** The organization to switch to. */
  organizationId?: string | undefined
}

/**
 * Trades a refresh token for the next one and an access token. A token that was used before ends its whole session.
 * Throws `unauthenticated`, or `not_found` for an organization that the person is no member of.
 */
export const refreshSession = async (ctx: RequestContext, input: RefreshInput): Promise<SignedIn> => {
  const shown = readRefreshToken(input.refreshToken)
  const session = shown && (await findSession(ctx.db, shown.sessionId))
  const now = ctx.now().getTime()
  if (!session || session.familyDigest !== shown.familyDigest) throw ended()
  if (session.revokedAt !== null || session.expiresAt <= now) throw ended()
  if (session.tokenDigest !== shown.tokenDigest) throw await reused(ctx, session)

  const [user, workplace] = [await findUser(ctx.db, session.userId), await nextWorkplace(ctx, session, input)]
  if (!user || !workplace) throw ended()
  const { token, tokenDigest } = newRefreshToken(session.id, shown.family)
  const next = {
    tokenDigest,
    organizationId: workplace.organizationId,
    lastUsedAt: now,
    expiresAt: Math.min(now + idleLimitMs, session.endsAt),
    userAgent: ctx.userAgent,
    ipAddress: ctx.ipAddress,
  }
  // A loser of this race came at the same time, not afterwards: it gets nothing, and nobody is signed out for it.
  if (!(await rotate(ctx.db, session, next))) throw ended()
  const rotated = { ...session, ...next }
  const accessToken = await accessTokenFor(ctx, rotated, user.name, workplace.role)
  return { session: rotated, refreshToken: token, accessToken }
}

const ended = () => new AppError('unauthenticated', 'The session has ended. Sign in again.')

const reused = async (ctx: RequestContext, session: Session) => {
  const within = actingFor(ctx, session.organizationId, { kind: 'member', id: session.userId })
  await ctx.db.batch([
    revokeStatement(ctx.db, session.userId, session.id, ctx.now().getTime()),
    auditStatement(
      within,
      'session.reuse-detected',
      { sessionId: session.id },
      { target: session.id, risk: 'high', actor: { kind: 'anonymous', id: ctx.ipAddress } },
    ),
  ])
  await drainSoon(ctx, session.organizationId)
  return ended()
}

/** A device was approved for one organization and stays there; a person moves between theirs. */
const nextWorkplace = async (ctx: RequestContext, session: Session, { organizationId }: RefreshInput) => {
  const wanted = organizationId ?? session.organizationId
  if (session.kind === 'device' && wanted !== session.organizationId)
    throw new AppError('forbidden', 'This device was approved for another organization. Sign in again for this one.')
  const member = await findMembership(ctx.db, wanted, session.userId)
  if (member) return { organizationId: wanted, role: member.role }
  if (organizationId !== undefined) throw notFound('Organization')
  if (session.kind === 'device') return null
  const [oldest] = await membershipsOf(ctx.db, session.userId)
  return oldest ? { organizationId: oldest.id, role: oldest.role } : null
}
