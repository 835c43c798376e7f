import { z } from 'zod'
import { Id, Timestamp } from '../../../platform/contract.ts'

const minuteMs = 60_000

/** The caller's screen showed these, and of these the whole detail. */
export const Shown = z.strictObject({
  listed: z.array(Id('apr')).max(200).default([]),
  opened: z.array(Id('apr')).max(50).default([]),
})
export type Shown = z.infer<typeof Shown>

export const Comment = z.object({
  id: Id('cmt'),
  by: z.object({ id: z.string(), name: z.string() }),
  text: z.string(),
  at: Timestamp,
})
export type Comment = z.infer<typeof Comment>
export const WriteComment = z.strictObject({ text: z.string().trim().min(1).max(4_000) })
export const HandOver = z.strictObject({ userId: Id('usr'), note: z.string().trim().max(1_000).optional() })
export type HandOver = z.infer<typeof HandOver>
export const Snooze = z.strictObject({
  forMs: z
    .number()
    .int()
    .min(minuteMs)
    .max(7 * 24 * 60 * minuteMs),
})
