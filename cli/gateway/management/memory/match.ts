/** A place in a text where what was looked for stands. `score`: the share of the words that its line has. */
export interface Match {
  line: number
  snippet: string
  score: number
}

const snippetMax = 600
const perFileMax = 5

/** Letters as they compare: width, case and composition do not matter. */
const folded = (text: string): string => text.normalize('NFKC').toLowerCase()

export const wordsOf = (query: string): string[] =>
  [...new Set(folded(query).split(/\s+/).filter(Boolean))].slice(0, 16)

/**
 * Where a text has all these words, as characters and not as words: `会议` is found in `每周会议纪要`. The lines that have
 * most of them come first, each with its neighbours.
 */
export function matchesIn(content: string, words: readonly string[]): Match[] {
  const whole = folded(content)
  if (words.length === 0 || !words.every((word) => whole.includes(word))) return []
  const lines = content.split('\n')
  return lines
    .map((line, index) => {
      const text = folded(line)
      return { index, score: words.filter((word) => text.includes(word)).length / words.length }
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || a.index - b.index)
    .slice(0, perFileMax)
    .map(({ index, score }) => ({ score, ...around(lines, index, words) }))
}

function around(lines: readonly string[], index: number, words: readonly string[]) {
  const first = Math.max(0, index - 1)
  const near = lines.slice(first, index + 2).join('\n')
  if (near.length <= snippetMax) return { line: first + 1, snippet: near }
  // A long line: what stands around the first of the words.
  const line = lines[index] ?? ''
  const text = folded(line)
  const at = Math.min(...words.map((word) => text.indexOf(word)).filter((place) => place >= 0))
  const from = Math.max(0, Math.min(at, line.length) - snippetMax / 3)
  return { line: index + 1, snippet: line.slice(from, from + snippetMax) }
}
