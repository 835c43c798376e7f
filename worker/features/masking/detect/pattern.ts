import { RE2JS } from '@bufbuild/re2'

/** A match may be this long, in code points: so that however a pattern is written, reading on for a longer one ends. */
const matchLengthMax = 512
/** Instructions of its program: the other factor of its time, besides the text. */
export const programSizeMax = 300

/** What one text may cost. Behind it everything counts as found: rather too much is masked than one text holds up the rest. */
const stepsMax = 2_000_000

const [alternative, alternativeMatch, capture, emptyWidth, match, nop] = [1, 2, 3, 4, 6, 7]
const isWord = (rune: number): boolean =>
  (rune >= 97 && rune <= 122) || (rune >= 65 && rune <= 90) || (rune >= 48 && rune <= 57) || rune === 95

/** Which of RE2's zero-width assertions hold between two code points; -1 stands for the ends of the text. */
const assertionsBetween = (before: number, behind: number): number =>
  (before < 0 ? 0x05 : 0) |
  (before === 10 ? 0x01 : 0) |
  (behind < 0 ? 0x0a : 0) |
  (behind === 10 ? 0x02 : 0) |
  (isWord(before) === isWord(behind) ? 0x20 : 0x10)

export interface Pattern {
  /** Where it matches: the leftmost places, each as long as it gets, none touching another. `[start, end)` in UTF-16 units. */
  find: (text: string) => [number, number][]
  /** Instructions of its program. */
  size: number
}

/**
 * A tenant's pattern, compiled as RE2. The engine at hand tells only whether one matches; where, is found by running its
 * program over the text with the beginning of each attempt carried along. One step for each instruction and code point,
 * what was read behind a match is read again at most `matchLengthMax` far, and `stepsMax` ends it all. Throws for what is no
 * pattern.
 */
export const compilePattern = (source: string): Pattern => {
  const compiled = RE2JS.compile(source)
  const { prog } = compiled.re2()
  const { inst, start } = prog
  let steps = 0

  /** Attempts by instruction: where each began. The earliest beginning wins an instruction. */
  const follow = (attempts: Map<number, number>, first: number, began: number, holds: number): void => {
    const open = [first]
    for (let pc = open.pop(); pc !== undefined; pc = open.pop()) {
      const known = attempts.get(pc)
      const step = inst[pc]
      if (!step || (known !== undefined && known <= began)) continue
      attempts.set(pc, began)
      if (step.op === alternative || step.op === alternativeMatch) open.push(step.arg, step.out)
      else if (step.op === nop || step.op === capture) open.push(step.out)
      else if (step.op === emptyWidth && (step.arg & ~holds) === 0) open.push(step.out)
    }
  }

  const next = (text: string, from: number): [number, number] | null => {
    let attempts = new Map<number, number>()
    let found: [number, number] | null = null
    let before = from > 0 ? (text.codePointAt(from - 1) ?? -1) : -1
    for (let at = from; ; ) {
      steps += attempts.size + 1
      if (steps > stepsMax) return [found?.[0] ?? from, text.length]
      const rune = text.codePointAt(at) ?? -1
      if (!found) follow(attempts, start, at, assertionsBetween(before, rune))
      for (const [pc, began] of attempts)
        if (inst[pc]?.op === match && at > began && (!found || began <= found[0])) found = [began, at]
      if (rune < 0) return found
      const behind = at + (rune > 0xffff ? 2 : 1)
      const holds = assertionsBetween(rune, text.codePointAt(behind) ?? -1)
      const after = new Map<number, number>()
      for (const [pc, began] of attempts) {
        const step = inst[pc]
        const isAlive = at - began < matchLengthMax && (!found || began <= found[0])
        if (step && isAlive && step.op > nop && step.matchRune(rune)) follow(after, step.out, began, holds)
      }
      if (found && after.size === 0) return found
      attempts = after
      before = rune
      at = behind
    }
  }

  return {
    size: prog.numInst(),
    find: (text) => {
      if (!compiled.test(text)) return []
      const matches: [number, number][] = []
      steps = 0
      for (let found = next(text, 0); found; found = found[1] < text.length ? next(text, found[1]) : null)
        matches.push(found)
      return matches
    },
  }
}
