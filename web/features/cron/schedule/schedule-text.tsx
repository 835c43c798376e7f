import { useLocale } from 'use-intl'
import { absolute } from '../../../format.ts'
import type { T } from '../../../i18n/use-t.ts'
import { useT } from '../../../i18n/use-t.ts'
import { type Shape, scheduleOf, shapeOf } from './shape.ts'

/** A schedule in words, with its expression and zone beside, which say it exactly. */
export function ScheduleText({ schedule }: { schedule: Record<string, unknown> }) {
  const t = useT()
  const locale = useLocale()
  const words = shapeText(t, locale, shapeOf(schedule))
  const known = scheduleOf(schedule)
  const expression = known?.kind === 'cron' ? known.expr : null
  return (
    <span className="inline-flex min-w-0 flex-wrap items-baseline gap-x-2">
      {words ? <span>{words}</span> : null}
      {expression ? <code className="font-mono text-2xs break-all text-ink-2">{expression}</code> : null}
      {known?.kind === 'cron' && known.tz ? <span className="text-2xs text-ink-2">{known.tz}</span> : null}
      {words || expression ? null : <span className="text-ink-2">{t('cron.schedule.other')}</span>}
    </span>
  )
}

/** Null for what has no simple sentence. */
export const shapeText = (t: T, locale: string, shape: Shape): string | null => {
  switch (shape.kind) {
    case 'interval':
      return t(`cron.schedule.every.${shape.unit}`, { count: shape.count })
    case 'hourly':
      return t('cron.schedule.hourly', { minute: shape.minute })
    case 'hours':
      return t('cron.schedule.hours', { count: shape.count, minute: shape.minute })
    case 'daily':
    case 'workdays':
      return t(`cron.schedule.${shape.kind}`, { time: shape.time })
    case 'weekly':
      return t('cron.schedule.weekly', { days: daysText(locale, shape.days), time: shape.time })
    case 'monthly':
      return t('cron.schedule.monthly', { day: shape.day, time: shape.time })
    case 'once':
      return t('cron.schedule.once', { at: absolute(locale, Date.parse(shape.at)) })
    case 'other':
      return null
  }
}

/** The 4th of January 1970 was a Sunday. */
const firstSunday = Date.UTC(1970, 0, 4)
const daysText = (locale: string, days: number[]): string => {
  const format = new Intl.DateTimeFormat(locale, { weekday: days.length > 1 ? 'short' : 'long', timeZone: 'UTC' })
  return new Intl.ListFormat(locale, { type: 'conjunction' }).format(
    days.map((day) => format.format(firstSunday + day * 86_400_000)),
  )
}
