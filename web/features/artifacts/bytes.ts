const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const

/** `512 byte`, `3.4 kB`, `12 MB`: in steps of a thousand. */
export const bytes = (locale: string, count: number): string => {
  const step = count < 1_000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  const value = count / 1_000 ** step
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: step > 0 && value < 10 ? 1 : 0,
  }).format(value)
}
