import type { z } from 'zod'
import { AppError } from '../../../platform/errors.ts'
import type { CronPatch } from '../../connectors/link/changes/contract.ts'
import { cronOf } from './occurrences.ts'

type Schedule = NonNullable<z.infer<typeof CronPatch>['schedule']>

/** Throws `invalid` for an expression, a time zone or a moment that no gateway would take. `now` in ms. */
export const refuseUnfitSchedule = (schedule: Schedule | undefined, now: number): void => {
  if (schedule?.kind === 'cron') {
    if (schedule.tz !== undefined && !isTimeZone(schedule.tz))
      throw unfit('tz', 'is not a time zone such as Asia/Tokyo')
    const fields = schedule.expr.trim().split(/\s+/).length
    const cron = fields === 5 || fields === 6 ? cronOf(schedule.expr, schedule.tz) : null
    if (!cron) throw unfit('expr', 'is not a cron expression of five or six fields')
    if (!cron.nextRun(new Date(now))) throw unfit('expr', 'never comes')
  }
  if (schedule?.kind === 'at' && Date.parse(schedule.at) <= now) throw unfit('at', 'has passed')
}

const unfit = (field: string, message: string) =>
  new AppError('invalid', `The schedule does not fit: ${field} ${message}.`, {
    errors: [{ path: `schedule.${field}`, message }],
  })

const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone.length > 0
  } catch {
    return false
  }
}
