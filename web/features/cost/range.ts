/** The days that costs are shown of: in the address as `days` or as `from` and `to`, both of them included. */
export type CostSearch = { days?: string; from?: string; to?: string }
export type CostRange = { from: string; to: string }

export const presets = ['1', '7', '30', '90', 'month'] as const
export type Preset = (typeof presets)[number]
const usual: Preset = '30'

const dayMs = 86_400_000
const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
const isDay = (text: string | undefined): text is string =>
  text !== undefined && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))

/** Which preset an address asks for; null when it names days of its own. What is not understood is the usual one. */
export const presetOf = ({ days, from, to }: CostSearch): Preset | null =>
  isDay(from) && isDay(to) && from <= to ? null : (presets.find((one) => one === days) ?? usual)

export const rangeOf = (search: CostSearch, now: number): CostRange => {
  const preset = presetOf(search)
  const today = dayOf(now)
  if (preset === null) return { from: search.from ?? today, to: search.to ?? today }
  if (preset === 'month') return { from: `${today.slice(0, 7)}-01`, to: today }
  return { from: dayOf(now - (Number(preset) - 1) * dayMs), to: today }
}

export const searchOf = (preset: Preset): CostSearch => (preset === usual ? {} : { days: preset })

/** `Nov 21`, `11月21日`: a day as the ledger counts it. */
export const dayText = (locale: string, day: string) =>
  new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', timeZone: 'UTC' }).format(Date.parse(day))
