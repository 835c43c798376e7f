import { structuredPatch } from 'diff'
import type { Hunk } from './contract.ts'

/** Beyond so many lines that differ a text is told as a whole: the search grows with their square. */
const differentLinesMax = 1_000
const aroundLines = 3

/** Where two texts differ, line by line; null when one is no text of lines, nothing differs, or they have too little in common. */
export const hunksOf = (before: unknown, after: unknown): Hunk[] | null => {
  const [old, now] = [before ?? '', after ?? '']
  if (typeof old !== 'string' || typeof now !== 'string') return null
  if (!old.includes('\n') && !now.includes('\n')) return null
  const options = { context: aroundLines, maxEditLength: differentLinesMax }
  const patch = structuredPatch('', '', old, now, undefined, undefined, options)
  if (!patch || patch.hunks.length === 0) return null
  return patch.hunks.map(({ oldStart, newStart, lines }) => ({ oldStart, newStart, lines }))
}
