import type { RequestContext } from '../../platform/context.ts'
import { sweepRateLimits } from '../rate-limits/index.ts'
import { deleteExpiredDeviceCodes } from './device/store.ts'
import { deleteExpiredStates } from './oauth/store.ts'
import { deleteExpiredChallenges } from './passkeys/store.ts'
import { deleteExpiredTokens } from './passwords/store.ts'
import { deleteEndedSessions } from './sessions/store.ts'

/** Long enough that a refresh token of an ended session is still recognised as one of ours. */
const endedSessionsKeptMs = 7 * 86_400_000

/** Cron: what has expired goes. Nothing depends on it, for every reader looks at the time itself. */
export const sweepIdentity = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  await ctx.db.batch([
    deleteEndedSessions(ctx.db, now - endedSessionsKeptMs),
    deleteExpiredTokens(ctx.db, now),
    deleteExpiredStates(ctx.db, now),
    deleteExpiredChallenges(ctx.db, now),
    deleteExpiredDeviceCodes(ctx.db, now),
  ])
  await sweepRateLimits(ctx)
}
