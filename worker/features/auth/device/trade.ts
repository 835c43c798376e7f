import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { landed } from '../../../platform/db.ts'
import { digestOf } from '../../../platform/secrets.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { findMembership } from '../../organizations/index.ts'
import { findUser } from '../../users/index.ts'
import type { DeviceCode } from '../schema.ts'
import { accessTokenFor, newSession, type SignedIn } from '../sessions/open.ts'
import { insertSessionStatement } from '../sessions/store.ts'
import { DeviceError } from './error.ts'
import { findDeviceCode, notePoll, spendDeviceCodeStatement } from './store.ts'

export const deviceGrant = 'urn:ietf:params:oauth:grant-type:device_code'

/** A device's poll (RFC 8628 §3.4): its session once the person has approved, else a `DeviceError` that says why not. */
export const tradeDeviceCode = async (
  ctx: RequestContext,
  input: { grant_type: string; device_code: string; client_id: string },
): Promise<SignedIn> => {
  if (input.grant_type !== deviceGrant) throw new DeviceError('unsupported_grant_type')
  const now = ctx.now().getTime()
  const code = await findDeviceCode(ctx.db, digestOf(input.device_code))
  if (!code || code.clientId !== input.client_id) throw new DeviceError('invalid_grant')
  if (code.expiresAt <= now) throw new DeviceError('expired_token')
  if (code.state === 'denied') throw new DeviceError('access_denied')
  if (code.state === 'pending') throw await notYet(ctx, code, now)
  return openDeviceSession(ctx, code)
}

/** Who polls faster than told waits five seconds longer from then on (§3.5). */
const notYet = async (ctx: RequestContext, code: DeviceCode, now: number) => {
  const isTooFast = code.lastPolledAt !== null && now - code.lastPolledAt < code.intervalMs
  await notePoll(ctx.db, code.digest, now, isTooFast ? code.intervalMs + 5_000 : code.intervalMs)
  return new DeviceError(isTooFast ? 'slow_down' : 'authorization_pending')
}

const openDeviceSession = async (ctx: RequestContext, code: DeviceCode): Promise<SignedIn> => {
  const { userId, organizationId, digest, scopes } = code
  const user = userId && (await findUser(ctx.db, userId))
  const member = userId && organizationId && (await findMembership(ctx.db, organizationId, userId))
  if (!user || !member) throw new DeviceError('access_denied')
  const wanted = { userId: user.id, organizationId: member.organizationId, kind: 'device' as const, scopes }
  const { session, refreshToken } = newSession(ctx, wanted)
  const within = actingFor(ctx, session.organizationId, { kind: 'member', id: user.id })
  const [spent] = await ctx.db.batch([
    spendDeviceCodeStatement(ctx.db, digest).returning(),
    insertSessionStatement(ctx.db, session, landed),
    auditStatement(within, 'user.signed-in', { method: 'device' }, { target: session.id }),
  ])
  if (spent.length === 0) throw new DeviceError('invalid_grant')
  await drainSoon(ctx, session.organizationId)
  return { session, refreshToken, accessToken: await accessTokenFor(ctx, session, user.name, member.role) }
}
