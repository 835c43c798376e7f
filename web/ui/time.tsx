import { useLocale } from 'use-intl'
import { absolute, countdown, relative, timeOfDay } from '../format.ts'
import { useNow } from '../use-now.ts'

/** How long ago, kept current; the exact moment on hover. */
export function Ago({ at, className }: { at: string; className?: string }) {
  const locale = useLocale()
  const now = useNow()
  const moment = Date.parse(at)
  return (
    <time dateTime={at} title={absolute(locale, moment)} className={className}>
      {relative(locale, Math.min(moment, now), now)}
    </time>
  )
}

export function ClockTime({ at, className }: { at: string; className?: string }) {
  const locale = useLocale()
  return (
    <time dateTime={at} title={absolute(locale, Date.parse(at))} className={className}>
      {timeOfDay(locale, Date.parse(at))}
    </time>
  )
}

/** What is left until `at` by the server's clock. */
export function Countdown({ at }: { at: string }) {
  const now = useNow()
  return <span className="tnum">{countdown(Date.parse(at) - now)}</span>
}
