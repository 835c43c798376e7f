import { z } from 'zod'
import { Timestamp } from '../../../platform/contract.ts'

/** Of whom something was masked: what stands in the placeholder, `email:7f3a2c9d0k`. */
export const Subject = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,39}:[0-9a-hjkmnp-tv-z]{10}$/, 'what stands between ‹ and › of a placeholder')

const Reason = z.string().trim().min(3).max(500)
export const Erase = z.strictObject({ reason: Reason })
export const Reveal = z
  .strictObject({
    subject: Subject.optional(),
    /** RFC 6901 JSON pointer into the payload: everything there and below. */
    path: z.string().startsWith('/').max(1_000).optional(),
    reason: Reason,
  })
  .refine(({ subject, path }) => (subject === undefined) !== (path === undefined), 'either a subject or a path')

export const ErasedSubject = z.object({
  subject: Subject,
  erasedAt: Timestamp,
  /** How many events had something of it. */
  events: z.number().int(),
})
export const ErasedEvent = z.object({ seq: z.number().int(), erasedAt: Timestamp })
export const Revealed = z.object({
  seq: z.number().int(),
  originals: z.array(z.object({ path: z.string(), subject: z.string(), value: z.string() })),
})
