import type { Tools } from '../../../../../worker/features/connectors/link/questions/contract.ts'

/** The lists of a tool policy, in the order in which people think of them. */
export const toolLists = ['allow', 'alsoAllow', 'deny'] as const
export const toolProfiles = ['minimal', 'coding', 'messaging', 'full'] as const

/** Every word that a list may name: each tool, each group as `group:<id>`, and all of them. */
export const wordsOf = ({ groups }: Pick<Tools, 'groups'>): string[] => [
  '*',
  ...groups.map(({ id }) => `group:${id}`),
  ...[...new Set(groups.flatMap(({ tools }) => tools.map(({ id }) => id)))].sort(),
]

/** A list's word that means no tool of the catalogue; patterns and groups that only the gateway knows are left alone. */
export const isUnknownWord = (word: string, words: readonly string[]): boolean =>
  !word.includes('*') && !word.startsWith('group:') && !words.includes(word.toLowerCase()) && !words.includes(word)

/** A list with a word in it, or without. An emptied list is no list: the default holds again. */
export const withWord = (list: unknown, word: string, isIn: boolean): unknown[] | undefined => {
  const items: unknown[] = Array.isArray(list) ? list : []
  const next = isIn ? (items.includes(word) ? items : [...items, word]) : items.filter((item) => item !== word)
  return next.length === 0 ? undefined : next
}
