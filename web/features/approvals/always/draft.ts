import type { GrantDraft, GrantPattern, GrantWord } from '../../../../worker/features/grants/contract.ts'

const dayMs = 86_400_000

/** How long a grant may hold; the first is what is offered. */
export const lifetimesMs = [30 * dayMs, 7 * dayMs, dayMs, 90 * dayMs, 365 * dayMs] as const

export const draftOf = (pattern: GrantPattern): GrantDraft => ({
  pattern,
  expiresInMs: lifetimesMs[0],
  usesMax: null,
  atGateway: false,
})

const isAny = (word: GrantWord | undefined): word is { any: true } => word !== undefined && 'any' in word

/** The same pattern with one word exactly as it was asked, or any. */
export const withWord = (pattern: GrantPattern, exact: GrantPattern, at: number): GrantPattern => {
  const original = exact.words?.words[at]
  if (!pattern.words || !original) return pattern
  const words = pattern.words.words.map((word, index) =>
    index === at ? (isAny(word) ? original : { any: true as const }) : word,
  )
  return { ...pattern, words: { ...pattern.words, words } }
}

/** Further words behind the named ones may be anything, or there may be none. */
export const withMore = (pattern: GrantPattern, more: boolean): GrantPattern =>
  pattern.words ? { ...pattern, words: { ...pattern.words, more } } : pattern

/** A pattern whose words were cut shorter gets those of the request back, so that each can be widened by itself. */
export const spelledOut = (pattern: GrantPattern, exact: GrantPattern): GrantPattern => {
  if (!pattern.words || !exact.words || pattern.words.words.length >= exact.words.words.length) return pattern
  const rest = exact.words.words.slice(pattern.words.words.length).map((): GrantWord => ({ any: true }))
  return { ...pattern, words: { ...pattern.words, words: [...pattern.words.words, ...rest] } }
}

export type Place = 'exact' | 'within' | 'any'
export const placeOf = ({ cwd }: GrantPattern): Place => (cwd === null ? 'any' : cwd.within ? 'within' : 'exact')

export const withPlace = (pattern: GrantPattern, path: string, place: Place): GrantPattern => ({
  ...pattern,
  cwd: place === 'any' ? null : { path: pattern.cwd?.path ?? path, within: place === 'within' },
})

/** One argument exactly as it was asked, or anything. */
export const withArgument = (pattern: GrantPattern, asked: Record<string, unknown>, name: string): GrantPattern => {
  const kept = { ...pattern.arguments }
  if (name in kept) delete kept[name]
  else kept[name] = asked[name]
  return { ...pattern, arguments: Object.keys(kept).length === 0 ? null : kept }
}

/** Two patterns that cover the same. */
export const isSame = (a: GrantPattern, b: GrantPattern) => JSON.stringify(a) === JSON.stringify(b)
