/** The value below which the given share of a list lies (nearest rank). */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}

export const round = (value: number, digits = 2): number => Number(value.toFixed(digits))

export const spread = (values: readonly number[]) => ({
  min: round(percentile(values, 0)),
  p50: round(percentile(values, 0.5)),
  p95: round(percentile(values, 0.95)),
  p99: round(percentile(values, 0.99)),
  count: values.length,
})
export type Spread = ReturnType<typeof spread>

/** Runs both sides in turn, so that what else the machine does hits both alike. */
export const alternate = async (rounds: number, a: () => Promise<void>, b: () => Promise<void>): Promise<void> => {
  for (let index = 0; index < rounds; index++) {
    const [first, second] = index % 2 === 0 ? [a, b] : [b, a]
    await first()
    await second()
  }
}
