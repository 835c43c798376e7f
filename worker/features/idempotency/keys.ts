import { z } from 'zod'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { seal, unseal } from '../../platform/seal.ts'
import { randomToken } from '../../platform/secrets.ts'
import { answerKey, claimKey, deleteExpiredKeys, keyRow, releaseKey } from './store.ts'

const keptMs = 86_400_000
/** A claim without an answer lets go after this long: whoever held it crashed. */
const claimMs = 60_000

interface KeyUse {
  caller: string
  key: string
  requestDigest: string
}

const Answer = z.object({
  status: z.number().int(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
})

/** An answer is sealed to the use it belongs to: it may hold a token that is shown once. */
const purposeOf = (ctx: OrganizationContext, { caller, key, requestDigest }: KeyUse) =>
  JSON.stringify(['idempotency', ctx.organizationId, caller, key, requestDigest])

/** Claims the key for this request, or says what stands in the way: of attempts that race, one is the first. */
const claim = async (ctx: OrganizationContext, use: KeyUse) => {
  const now = ctx.now().getTime()
  const attempt = randomToken()
  if (await claimKey(ctx, use, attempt, { now, staleBefore: now - claimMs, expiresAt: now + keptMs }))
    return { outcome: 'first' as const, attempt }
  const row = await keyRow(ctx, use)
  // Let go between the two: the next try gets it.
  if (!row) return { outcome: 'running' as const, retryAfterMs: 1_000 }
  if (row.requestDigest !== use.requestDigest) return { outcome: 'other_request' as const }
  if (row.answeredAt === null)
    return {
      outcome: 'running' as const,
      retryAfterMs: Math.max(1_000, Math.min(5_000, row.claimedAt + claimMs - now)),
    }
  if (row.answer === null) return { outcome: 'not_kept' as const }
  const opened = await unseal(ctx.config, purposeOf(ctx, use), row.answer)
  return { outcome: 'answered' as const, answer: Answer.parse(JSON.parse(opened)) }
}

const answer = async (
  ctx: OrganizationContext,
  use: KeyUse,
  attempt: string,
  given: z.infer<typeof Answer> | null,
): Promise<void> => {
  const sealed = given === null ? null : await seal(ctx.config, purposeOf(ctx, use), JSON.stringify(given))
  await answerKey(ctx, use, attempt, sealed, ctx.now().getTime())
}

const release = async (ctx: OrganizationContext, use: KeyUse, attempt: string): Promise<void> => {
  await releaseKey(ctx, use, attempt)
}

/** What the `Idempotency-Key` middleware keeps, in D1. */
export const idempotencyKeys = { claim, answer, release }

/** Cron: keys whose day is over. */
export const sweepIdempotencyKeys = async (ctx: RequestContext): Promise<void> => {
  await deleteExpiredKeys(ctx.db, ctx.now().getTime())
}
