/** A text, and what of it is to be masked; everything else is to stay. */
export interface Case {
  text: string
  expected: { class: string; value: string }[]
}

export const has = (text: string, name: string, ...values: string[]): Case => ({
  text,
  expected: values.map((value) => ({ class: name, value })),
})
export const ordinary = (text: string): Case => ({ text, expected: [] })

/** Numbers that look drawn by lot and are the same each time (mulberry32). */
export const lots = (seed: number) => {
  let state = seed
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (bound: number): number => Math.floor(next() * bound)
  const from = (alphabet: string, length: number): string =>
    Array.from({ length }, () => alphabet.charAt(below(alphabet.length))).join('')
  return {
    below,
    from,
    digits: (length: number) => from('0123456789', length),
    hex: (length: number) => from('0123456789abcdef', length),
  }
}

export const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
export const alphanumeric = `${letters}0123456789`

/** The nth of a list, from the beginning again behind its end. */
export const nth = <T>(list: readonly T[], index: number): T => {
  const found = list[index % list.length]
  if (found === undefined) throw new Error('an empty list')
  return found
}
