/** One line of two texts held against each other; a gap stands for equal lines that are not shown. */
export type Line = Shown | { kind: 'gap'; count: number; mineAt: number }
type Shown = { kind: Side; text: string; mineAt: number | null; theirsAt: number | null }
type Side = 'same' | 'mine' | 'theirs'
type Bare = { kind: Side; text: string }

/** Beyond this many pairs a middle part is shown as replaced as a whole. */
const pairsMax = 4_000_000

/**
 * Where two texts differ, line by line: what only theirs has stands before what only mine has. Equal lines are shown as
 * far as `around` lines from a difference. Line numbers are from 1.
 */
export const compareLines = (theirs: string, mine: string, around = 3): Line[] => {
  const [left, right] = [theirs.split('\n'), mine.split('\n')]
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let end = 0
  while (end < Math.min(left.length, right.length) - start && left.at(-1 - end) === right.at(-1 - end)) end++
  const middle = differing(left.slice(start, left.length - end), right.slice(start, right.length - end))
  const same = (text: string): Bare => ({ kind: 'same', text })
  const head = left.slice(0, start).map(same)
  const tail = left.slice(left.length - end).map(same)
  return folded(numbered([...head, ...middle, ...tail]), around)
}

/** By the longest common subsequence. */
const differing = (left: readonly string[], right: readonly string[]): Bare[] => {
  const theirs = (text: string): Bare => ({ kind: 'theirs', text })
  const mine = (text: string): Bare => ({ kind: 'mine', text })
  if (left.length * right.length > pairsMax) return [...left.map(theirs), ...right.map(mine)]
  const width = right.length + 1
  const common = new Uint32Array((left.length + 1) * width)
  const at = (row: number, column: number) => common[row * width + column] ?? 0
  for (let row = left.length - 1; row >= 0; row--)
    for (let column = right.length - 1; column >= 0; column--)
      common[row * width + column] =
        left[row] === right[column] ? at(row + 1, column + 1) + 1 : Math.max(at(row + 1, column), at(row, column + 1))
  const lines: Bare[] = []
  let [row, column] = [0, 0]
  while (row < left.length || column < right.length) {
    const [there, here] = [left[row], right[column]]
    if (there !== undefined && there === here) {
      lines.push({ kind: 'same', text: there })
      row++
      column++
    } else if (there !== undefined && (here === undefined || at(row + 1, column) >= at(row, column + 1))) {
      lines.push(theirs(there))
      row++
    } else {
      lines.push(mine(here ?? ''))
      column++
    }
  }
  return lines
}

const numbered = (lines: readonly Bare[]): Shown[] => {
  let [mine, theirs] = [0, 0]
  return lines.map((line) => {
    if (line.kind !== 'theirs') mine++
    if (line.kind !== 'mine') theirs++
    return { ...line, mineAt: line.kind === 'theirs' ? null : mine, theirsAt: line.kind === 'mine' ? null : theirs }
  })
}

const folded = (lines: readonly Shown[], around: number): Line[] => {
  const near = new Set<number>()
  for (const [index, { kind }] of lines.entries())
    if (kind !== 'same') for (let each = index - around; each <= index + around; each++) near.add(each)
  const shown: Line[] = []
  for (const [index, line] of lines.entries()) {
    const last = shown.at(-1)
    if (near.has(index)) shown.push(line)
    else if (last?.kind === 'gap') last.count++
    else shown.push({ kind: 'gap', count: 1, mineAt: line.mineAt ?? 0 })
  }
  return shown
}
