import { structuredPatch } from 'diff'
import type { Difference } from './contract.ts'

/** Beyond so many changed lines the search for the shortest difference is given up. */
const editsMax = 4_000
const linesAround = 3
const kinds = { ' ': 'same', '+': 'added', '-': 'removed' } as const

/** The lines in which two texts differ. A missing last newline alone is no difference. */
export const differenceOf = (before: string, after: string): Difference => {
  const options = { context: linesAround, maxEditLength: editsMax }
  const patch = structuredPatch('', '', ended(before), ended(after), undefined, undefined, options)
  if (!patch) return wholeOf(before, after)
  const hunks = patch.hunks.map(({ oldStart, newStart, lines }) => ({
    before: oldStart,
    after: newStart,
    lines: lines.flatMap((line) => {
      const [mark] = line
      return mark === ' ' || mark === '+' || mark === '-' ? [{ kind: kinds[mark], text: line.slice(1) }] : []
    }),
  }))
  return { ...countOf(hunks), hunks, isWhole: false }
}

const wholeOf = (before: string, after: string): Difference => {
  const lines = [
    ...linesOf(before).map((text) => ({ kind: 'removed' as const, text })),
    ...linesOf(after).map((text) => ({ kind: 'added' as const, text })),
  ]
  const hunks = [{ before: 1, after: 1, lines }]
  return { ...countOf(hunks), hunks, isWhole: true }
}

const countOf = (hunks: Difference['hunks']) => {
  const lines = hunks.flatMap((hunk) => hunk.lines)
  const count = (kind: 'added' | 'removed') => lines.filter((line) => line.kind === kind).length
  return { added: count('added'), removed: count('removed') }
}

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
const linesOf = (text: string): string[] => (text === '' ? [] : ended(text).slice(0, -1).split('\n'))
