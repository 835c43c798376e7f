/** Whether a version of dotted numbers is older than another; null when one of them is none. What follows a `-` is left out. */
export function isOlder(version: string, than: string): boolean | null {
  const [one, other] = [numbersOf(version), numbersOf(than)]
  if (!one || !other) return null
  for (let index = 0; index < Math.max(one.length, other.length); index++) {
    const difference = (one[index] ?? 0) - (other[index] ?? 0)
    if (difference !== 0) return difference < 0
  }
  return false
}

const numbersOf = (version: string): number[] | null =>
  /^v?\d+(\.\d+)*(-.*)?$/.test(version)
    ? version
        .replace(/^v|-.*$/g, '')
        .split('.')
        .map(Number)
    : null
