import type { RequestContext } from '../../../platform/context.ts'
import type { Condition } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { digestOf, randomToken } from '../../../platform/secrets.ts'
import { findOneTimeToken, putOneTimeTokenStatement, type TokenPurpose } from './store.ts'

const minuteMs = 60_000
const lifetimeMs = { 'reset-password': 30 * minuteMs, 'verify-email': 7 * 24 * 60 * minuteMs } as const

/** A new token for a mailed link, in the place of the last one for the same purpose. */
export const newOneTimeToken = (ctx: RequestContext, userId: string, purpose: TokenPurpose, condition?: Condition) => {
  const token = randomToken()
  const expiresAt = ctx.now().getTime() + lifetimeMs[purpose]
  return {
    token,
    statement: putOneTimeTokenStatement(ctx.db, { userId, purpose, digest: digestOf(token), expiresAt }, condition),
  }
}

/** Whose token it is. Throws `expired` for one that is unknown, used or too old. Using it up is the caller's batch. */
export const ownerOf = async (ctx: RequestContext, token: string, purpose: TokenPurpose): Promise<string> => {
  const row = await findOneTimeToken(ctx.db, digestOf(token), purpose, ctx.now().getTime())
  if (!row) throw linkGone()
  return row.userId
}

export const linkGone = () => new AppError('expired', 'This link is no longer valid. Ask for a new one.')
