import { withoutSecrets } from './secrets.ts'
import { isTree, ownOf, textOf } from './trees.ts'

const identifying = ['id', 'key', 'name'] as const

/**
 * A key for each item, unique in its list: of the first of id, key and name that is a text, else of its whole content
 * without secrets. Equal ones are counted.
 */
export const keysOf = (list: readonly unknown[]): string[] => {
  const seen = new Map<string, number>()
  return list.map((item) => {
    const key = keyOf(item)
    const times = (seen.get(key) ?? 0) + 1
    seen.set(key, times)
    return times === 1 ? key : `${key}#${times}`
  })
}

const keyOf = (item: unknown): string => {
  if (!isTree(item)) return `=${textOf(item)}`
  const field = identifying.find((name) => typeof ownOf(item, name) === 'string')
  return field ? `${field}=${JSON.stringify(item[field])}` : `=${textOf(withoutSecrets(item, false))}`
}

/** How people are told which item it is. */
export const labelOf = (key: string): string => {
  const [, quoted = key, again = ''] = /^\w*=("[^"\\]*")(#\d+)?$/.exec(key) ?? []
  const label = quoted === key ? key.replace(/^=/, '') : `${quoted.slice(1, -1)}${again}`
  return label.length > 80 ? `${label.slice(0, 79)}…` : label
}

export interface Matched {
  removed: { key: string; from: number }[]
  added: { key: string; to: number }[]
  kept: { key: string; from: number; to: number; isMoved: boolean }[]
}

/** Pairs the items of two lists by their keys. As few as possible are moved; the others keep their order. */
export const matchItems = (before: readonly string[], after: readonly string[]): Matched => {
  const placeBefore = new Map(before.map((key, at) => [key, at]))
  const placeAfter = new Set(after)
  const pairs = after.flatMap((key, to) => {
    const from = placeBefore.get(key)
    return from === undefined ? [] : [{ key, from, to }]
  })
  const staying = longestRising(pairs.map(({ from }) => from))
  return {
    removed: before.flatMap((key, from) => (placeAfter.has(key) ? [] : [{ key, from }])),
    added: after.flatMap((key, to) => (placeBefore.has(key) ? [] : [{ key, to }])),
    kept: pairs.map((pair) => ({ ...pair, isMoved: !staying.has(pair.from) })),
  }
}

/** The members of a longest rising subsequence of different numbers, in n log n. */
const longestRising = (numbers: readonly number[]): ReadonlySet<number> => {
  /** The smallest end of a rising subsequence of each length. */
  const ends: number[] = []
  const previous = new Map<number, number | undefined>()
  for (const number of numbers) {
    let [low, high] = [0, ends.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((ends[middle] ?? 0) < number) low = middle + 1
      else high = middle
    }
    previous.set(number, ends[low - 1])
    ends[low] = number
  }
  const members = new Set<number>()
  for (let at = ends.at(-1); at !== undefined; at = previous.get(at)) members.add(at)
  return members
}
