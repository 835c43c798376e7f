import { z } from 'zod'
import { Id, Moment, Timestamp } from '../../../platform/contract.ts'

export const windowDaysMin = 7
export const archiveDaysMin = 30
const daysMax = 36_500

/** How long events are kept; null is for ever. */
export const PutRetention = z
  .strictObject({
    /** Archived events older than so many days leave search; what proves them stays. */
    windowDays: z.number().int().min(windowDaysMin).max(daysMax).nullable(),
    /** What archived events older than so many days said is destroyed; what proves them stays. */
    archiveDays: z.number().int().min(archiveDaysMin).max(daysMax).nullable(),
  })
  .refine(({ windowDays, archiveDays }) => archiveDays === null || windowDays !== null, {
    path: ['windowDays'],
    message: 'what the archive destroys must have left search before',
  })
  .refine(({ windowDays, archiveDays }) => archiveDays === null || windowDays === null || archiveDays >= windowDays, {
    path: ['archiveDays'],
    message: 'the archive keeps at least as long as search',
  })
export type PutRetention = z.infer<typeof PutRetention>

export const Retention = z.object({
  windowDays: z.number().int().nullable(),
  archiveDays: z.number().int().nullable(),
  /** 0 until somebody has changed anything. */
  version: z.number().int().nonnegative(),
  changedAt: Timestamp.nullable(),
  changedByName: z.string().nullable(),
})
export type Retention = z.infer<typeof Retention>

const Reason = z.string().trim().min(3).max(500)

export const PlaceHold = z
  .strictObject({
    name: z.string().trim().min(1).max(100),
    reason: Reason,
    /** Events that happened from here on; from the beginning when left out. */
    from: Moment.optional(),
    /** … and before this; without end when left out. */
    to: Moment.optional(),
    /** Of this agent only. */
    agentId: Id('agt').optional(),
  })
  .refine(({ from, to }) => from === undefined || to === undefined || Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'the range ends before it begins',
  })
export type PlaceHold = z.infer<typeof PlaceHold>

export const ReleaseHold = z.strictObject({ reason: Reason })

export const Hold = z.object({
  id: Id('hld'),
  name: z.string(),
  reason: z.string(),
  from: Timestamp.nullable(),
  to: Timestamp.nullable(),
  agentId: z.string().nullable(),
  placedAt: Timestamp,
  placedByName: z.string(),
  releasedAt: Timestamp.nullable(),
  releasedByName: z.string().nullable(),
  releasedBecause: z.string().nullable(),
})
export type Hold = z.infer<typeof Hold>

export const restoreDaysMax = 365
export const StartRestore = z
  .strictObject({
    from: Moment,
    to: Moment,
    /** For how long its events are found again. */
    days: z.number().int().min(1).max(restoreDaysMax),
    reason: Reason,
  })
  .refine(({ from, to }) => Date.parse(from) < Date.parse(to), {
    path: ['to'],
    message: 'the range ends before it begins',
  })
export type StartRestore = z.infer<typeof StartRestore>

export const Restore = z.object({
  id: Id('rst'),
  from: Timestamp,
  to: Timestamp,
  reason: z.string(),
  askedAt: Timestamp,
  askedByName: z.string(),
  /** When its events leave search again. */
  until: Timestamp,
  state: z.enum(['running', 'restored', 'failed', 'ended']),
  /** Tiles of 256 events: how many, and how many of them are back. */
  tiles: z.number().int(),
  done: z.number().int(),
  /** What was wrong with the archive. */
  fault: z.string().nullable(),
})
export type Restore = z.infer<typeof Restore>

export const Archive = z.object({
  /** The newest event in the archive; 0 for none. */
  archivedThrough: z.number().int(),
  /** Full, signed tiles of 256 events that are not in it yet. */
  waiting: z.number().int(),
  /** The newest event that has left search; 0 for none. */
  trimmedThrough: z.number().int(),
  /** Tiles whose payloads were destroyed after their time. */
  expiredTiles: z.number().int(),
  bytes: z.number().int(),
  lastArchivedAt: Timestamp.nullable(),
  /** What of the archive was found to be other than it was written. */
  fault: z.object({ path: z.string(), found: z.string(), at: Timestamp }).nullable(),
})

export const Keeping = z.object({
  archive: Archive,
  retention: Retention,
  /** Those in force first, the newest first. */
  holds: z.array(Hold),
  restores: z.array(Restore),
})
export type Keeping = z.infer<typeof Keeping>
