import type { BackupSchedule } from '../../../../worker/features/artifacts/schedules/contract.ts'
import type { T } from '../../../i18n/use-t.ts'

/** `Daily at 03:30 (Asia/Shanghai), keeps 7 days, 4 weeks, 6 months`. */
export const scheduleWords = (t: T, { at, timeZone, keepDaily, keepWeekly, keepMonthly }: BackupSchedule): string => {
  const kept = [
    keepDaily > 0 ? t('backups.schedule.days', { count: keepDaily }) : '',
    keepWeekly > 0 ? t('backups.schedule.weeks', { count: keepWeekly }) : '',
    keepMonthly > 0 ? t('backups.schedule.months', { count: keepMonthly }) : '',
  ].filter((words) => words !== '')
  return t('backups.schedule.words', { at, timeZone, kept: kept.join(t('state.comma')) })
}
