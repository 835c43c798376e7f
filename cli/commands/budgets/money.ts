import { InvalidArgumentError } from 'commander'

/** `12.5` or `$12.5` as micro-USD, exactly: no sum passes through a fraction. */
export function microUsd(text: string): number {
  const [, dollars, fraction = ''] = /^\$?(\d{1,9})(?:\.(\d{1,6}))?$/.exec(text.trim()) ?? []
  if (dollars === undefined) throw new InvalidArgumentError('It must be an amount of US dollars, such as 12.50.')
  const amount = Number(dollars) * 1_000_000 + Number(fraction.padEnd(6, '0'))
  if (amount === 0) throw new InvalidArgumentError('It must be more than nothing.')
  return amount
}

/** In dollars, with as many digits as the amount has and never fewer than cents. */
export const dollars = (amount: number): string => {
  const sign = amount < 0 ? '-' : ''
  const digits = String(Math.abs(amount)).padStart(7, '0')
  const fraction = digits.slice(-6).replace(/0{1,4}$/, '')
  return `${sign}$${digits.slice(0, -6)}.${fraction}`
}

/** The price of runs; what has none is said, and is not nothing. */
export const priceOf = ({
  costMicroUsd,
  unpricedRuns,
}: {
  costMicroUsd: number | null
  unpricedRuns: number
}): string => {
  if (costMicroUsd === null) return 'not priced'
  return unpricedRuns === 0 ? dollars(costMicroUsd) : `${dollars(costMicroUsd)} + ${unpricedRuns} runs not priced`
}
