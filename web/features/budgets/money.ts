const oneUsd = 1_000_000

/** An amount as it is typed into a field: `12.5`, `0.000001`; micro-USD in. */
export const moneyText = (microUsd: number): string => {
  const [whole, part = ''] = (microUsd / oneUsd).toFixed(6).split('.')
  const cents = part.replace(/0+$/, '')
  return cents === '' ? `${whole}` : `${whole}.${cents.padEnd(2, '0')}`
}

/**
 * Whole micro-USD of what somebody typed, above zero; null for anything else. A dollar sign and commas between thousands are read over; the
 * decimals are told by a point.
 */
export const microUsdOf = (typed: string): number | null => {
  const plain = typed.trim().replace(/^\$\s*/, '')
  if (!/^(\d+|\d{1,3}(,\d{3})+)(\.\d{1,6})?$/.test(plain)) return null
  const microUsd = Math.round(Number(plain.replaceAll(',', '')) * oneUsd)
  return microUsd > 0 && Number.isSafeInteger(microUsd) ? microUsd : null
}
