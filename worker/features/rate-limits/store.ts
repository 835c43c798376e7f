import { inArray, lte, sql } from 'drizzle-orm'
import type { Database } from '../../platform/db.ts'
import { rateLimits } from './schema.ts'

/** Counts one hit in each bucket's window, opening new windows where the last has ended. All in one commit. */
export const countHits = async (db: Database, buckets: { bucket: string; windowMs: number }[], now: number) => {
  const rows = buckets.map(({ bucket, windowMs }) => ({ bucket, windowEndsAt: now + windowMs, hits: 1 }))
  return db
    .insert(rateLimits)
    .values(rows)
    .onConflictDoUpdate({
      target: rateLimits.bucket,
      set: {
        hits: sql`case when ${rateLimits.windowEndsAt} > ${now} then ${rateLimits.hits} + 1 else 1 end`,
        windowEndsAt: sql`case when ${rateLimits.windowEndsAt} > ${now} then ${rateLimits.windowEndsAt} else excluded.window_ends_at end`,
      },
    })
    .returning()
}

export const forgetBuckets = (db: Database, buckets: string[]) =>
  db.delete(rateLimits).where(inArray(rateLimits.bucket, buckets))

export const deleteEnded = (db: Database, now: number) => db.delete(rateLimits).where(lte(rateLimits.windowEndsAt, now))
