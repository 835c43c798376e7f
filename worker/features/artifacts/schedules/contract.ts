import { z } from 'zod'
import { Id, Timestamp } from '../../../platform/contract.ts'

export const drillIntervals = ['never', 'daily', 'weekly', 'monthly'] as const

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** Daily at a time; of what it made the newest of so many last days, weeks and months that have one are kept. */
export const PutBackupSchedule = z
  .strictObject({
    isEnabled: z.boolean(),
    at: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected HH:MM'),
    timeZone: z.string().min(1).max(100).refine(isTimeZone, 'not a time zone'),
    keepDaily: z.number().int().min(0).max(366),
    keepWeekly: z.number().int().min(0).max(260),
    keepMonthly: z.number().int().min(0).max(120),
    /** How often the newest backup is opened to see whether it can be put back. */
    drill: z.enum(drillIntervals),
  })
  .refine(({ keepDaily, keepWeekly, keepMonthly }) => keepDaily + keepWeekly + keepMonthly > 0, {
    path: ['keepDaily'],
    message: 'keep at least one',
  })
export type PutBackupSchedule = z.infer<typeof PutBackupSchedule>

export const BackupSchedule = z.object({
  /** Null for a connector that never had one: what stands here is a proposal then. */
  id: Id('bks').nullable(),
  connectorId: Id('con'),
  isEnabled: z.boolean(),
  at: z.string(),
  timeZone: z.string(),
  keepDaily: z.number().int(),
  keepWeekly: z.number().int(),
  keepMonthly: z.number().int(),
  drill: z.enum(drillIntervals),
  /** Zero while there is none. */
  version: z.number().int(),
  changedAt: Timestamp.nullable(),
  changedByName: z.string().nullable(),
  /** Null while it is off. */
  nextAt: Timestamp.nullable(),
  nextDrillAt: Timestamp.nullable(),
})
export type BackupSchedule = z.infer<typeof BackupSchedule>
