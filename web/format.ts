/** All display of times and numbers: stored in UTC, shown in the viewer's own time zone. */

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const dayMs = 24 * hourMs

const two = (n: number) => String(n).padStart(2, '0')

/** A countdown: `04:12` below an hour, `1:04:12` from there, `00:00` when it is over. */
export const countdown = (ms: number) => {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const clock = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return seconds < 3600 ? clock : `${Math.floor(seconds / 3600)}:${clock}`
}

/** `3 分钟前`, `in 2 hours`: the largest unit that fits, and "now" within ten seconds. */
export const relative = (locale: string, at: number, now: number) => {
  const format = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
  const ms = at - now
  const size = Math.abs(ms)
  if (size < 10_000) return format.format(0, 'second')
  if (size < minuteMs) return format.format(Math.round(ms / 1000), 'second')
  if (size < hourMs) return format.format(Math.round(ms / minuteMs), 'minute')
  if (size < dayMs) return format.format(Math.round(ms / hourMs), 'hour')
  if (size < 30 * dayMs) return format.format(Math.round(ms / dayMs), 'day')
  return new Intl.DateTimeFormat(locale, { dateStyle: 'medium' }).format(at)
}

/** Date and time to the second with the zone: what a hover shows and an auditor copies. */
export const absolute = (locale: string, at: number) =>
  new Intl.DateTimeFormat(locale, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'short',
  }).format(at)

/** `09:47:31` */
export const timeOfDay = (locale: string, at: number) =>
  new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(
    at,
  )

const shortMoments = new Map<string, Intl.DateTimeFormat>()

/** `11-21 09:47:31`: a moment of this year in a column of many, hence one formatter for all of them. */
export const shortMoment = (locale: string, at: number) => {
  const format =
    shortMoments.get(locale) ??
    new Intl.DateTimeFormat(locale, {
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    })
  shortMoments.set(locale, format)
  return format.format(at).replace(',', '')
}

/** `$1.24`, `$0.0031`: micro-USD, to the figures that say something. */
export const cost = (locale: string, microUsd: number) =>
  new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: 'USD',
    currencyDisplay: 'narrowSymbol',
    maximumFractionDigits: microUsd < 1_000_000 ? 4 : 2,
  }).format(microUsd / 1_000_000)

/** `840 ms`, `3.2 s`, `4 分 10 秒`: a measured time. */
export const duration = (locale: string, ms: number) => {
  const unit = (value: number, name: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit: name,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    }).format(value)
  if (ms < 1000) return unit(Math.round(ms), 'millisecond')
  if (ms < minuteMs) return unit(ms / 1000, 'second', 1)
  if (ms < hourMs)
    return `${unit(Math.floor(ms / minuteMs), 'minute')} ${unit(Math.round((ms % minuteMs) / 1000), 'second')}`
  return `${unit(Math.floor(ms / hourMs), 'hour')} ${unit(Math.round((ms % hourMs) / minuteMs), 'minute')}`
}

/** What is left of a long time, in its two largest units at most: `29 天`, `3 hr 20 min`, `12 min`. */
export const remaining = (locale: string, ms: number) => {
  const unit = (value: number, name: string) =>
    new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short' }).format(value)
  const left = Math.max(0, ms)
  if (left >= 2 * dayMs) return unit(Math.floor(left / dayMs), 'day')
  if (left >= hourMs)
    return `${unit(Math.floor(left / hourMs), 'hour')} ${unit(Math.floor((left % hourMs) / minuteMs), 'minute')}`
  return unit(Math.ceil(left / minuteMs), 'minute')
}

export const number = (locale: string, value: number) => new Intl.NumberFormat(locale).format(value)
