import type { RequestContext } from '../../platform/context.ts'
import { AppError } from '../../platform/errors.ts'
import { countHits, deleteEnded, forgetBuckets } from './store.ts'

export interface RateLimit {
  /** What is counted: `<act>:account:<who>` or `<act>:address:<from where>`. */
  bucket: string
  hits: number
  windowMs: number
}

const minuteMs = 60_000

/** Counts against whoever is acted upon. */
export const perAccount = (act: string, account: string, hits: number, minutes: number): RateLimit => ({
  bucket: `${act}:account:${account}`,
  hits,
  windowMs: minutes * minuteMs,
})

/** Counts against where it comes from. Without a proxy in front nobody knows addresses, and all share one bucket. */
export const perAddress = (ctx: RequestContext, act: string, hits: number, minutes: number): RateLimit => ({
  bucket: `${act}:address:${ctx.ipAddress || 'local'}`,
  hits,
  windowMs: minutes * minuteMs,
})

/** Counts one try against each limit. Throws `rate_limited`, with the time to wait, when one is used up. */
export const takeRate = async (ctx: RequestContext, limits: RateLimit[]): Promise<void> => {
  const now = ctx.now().getTime()
  const counted = await countHits(ctx.db, limits, now)
  const waits = counted
    .filter((row) => row.hits > (limits.find((limit) => limit.bucket === row.bucket)?.hits ?? 0))
    .map((row) => row.windowEndsAt - now)
  if (waits.length === 0) return
  throw new AppError('rate_limited', 'Too many tries. Wait a while.', { retryAfterMs: Math.max(...waits) })
}

/** Counts one; true for the first ones of the window, as many as the limit names. */
export const isFirst = async (ctx: RequestContext, limit: RateLimit): Promise<boolean> => {
  const [counted] = await countHits(ctx.db, [limit], ctx.now().getTime())
  return counted !== undefined && counted.hits <= limit.hits
}

/** Forgets the tries of those who have shown that they are who they say. */
export const clearRate = async (ctx: RequestContext, limits: RateLimit[]): Promise<void> => {
  await forgetBuckets(
    ctx.db,
    limits.map((limit) => limit.bucket),
  )
}

/** Cron: windows that have ended say nothing any more. */
export const sweepRateLimits = async (ctx: RequestContext): Promise<void> => {
  await deleteEnded(ctx.db, ctx.now().getTime())
}
