/** Something in a text that is not stored as it stands. */
export interface Finding {
  /** In UTF-16 units; `end` is the unit behind it. */
  start: number
  end: number
  /** What it is: `email`, `github-token`, … */
  class: string
  kind: 'secret' | 'personal' | 'custom'
  /** The same for the same thing, however it is written: what pseudonyms are made of. */
  value: string
}

export type Report = (finding: Finding) => void

/** A placeholder of ours, and what stands for each of its units while the text is read: nothing is found in it again. */
export const placeholder = /‹[a-z0-9-]{1,40}:[0-9a-z]{10}›/g
export const masked = '\ue000'

const ranks = { secret: 3, custom: 2, personal: 1 } as const
/** What only looks drawn by lot gives way to whatever knows more of it. */
const rankOf = (finding: Finding): number => (finding.class === 'random' ? 0 : ranks[finding.kind])

/**
 * Findings in the order of the text, none touching another. Where two overlap, they become one, under the name of the
 * more serious: rather too much is masked than a piece left over.
 */
export const apart = (findings: Finding[], text: string): Finding[] => {
  const kept: Finding[] = []
  for (const finding of findings.sort((a, b) => a.start - b.start || b.end - a.end)) {
    const before = kept.at(-1)
    if (!before || finding.start >= before.end) kept.push(finding)
    else kept[kept.length - 1] = together(before, finding, text)
  }
  return kept
}

const together = (a: Finding, b: Finding, text: string): Finding => {
  const named = rankOf(b) > rankOf(a) ? b : a
  const [start, end] = [Math.min(a.start, b.start), Math.max(a.end, b.end)]
  return named.start === start && named.end === end ? named : { ...named, start, end, value: text.slice(start, end) }
}
