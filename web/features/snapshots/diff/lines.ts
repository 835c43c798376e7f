import type { Hunk } from '../../../../worker/features/snapshots/diff/contract.ts'

export interface Line {
  kind: 'same' | 'added' | 'removed'
  text: string
  /** Its number in each of the two texts, from 1; null where it is not. */
  old: number | null
  now: number | null
  at: number
}

/** The lines of a part of a unified diff, numbered. A note about a missing last line break is not a line. */
export const linesOf = ({ oldStart, newStart, lines }: Hunk): Line[] => {
  let [old, now] = [oldStart, newStart]
  return lines
    .filter((line) => !line.startsWith('\\'))
    .map((line, at): Line => {
      const text = line.slice(1)
      if (line.startsWith('+')) return { kind: 'added', text, old: null, now: now++, at }
      if (line.startsWith('-')) return { kind: 'removed', text, old: old++, now: null, at }
      return { kind: 'same', text, old: old++, now: now++, at }
    })
}
