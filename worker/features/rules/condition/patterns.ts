import { RE2JS } from '@bufbuild/re2'
import { isAscii, plainPattern } from './plain-pattern.ts'

interface Pattern {
  test: (text: string) => boolean
  /** Instructions of its program: the other factor of its time, besides the text. */
  size: number
}

const patternsMax = 4_000
const known = new Map<string, Pattern>()

/** The pattern compiled as RE2, whose time is linear in the text; kept for the next time. Throws for what is none. */
export const patternOf = (source: string): Pattern => {
  const found = known.get(source)
  if (found) return found
  const compiled = RE2JS.compile(source)
  const plain = plainPattern(source)
  const pattern = {
    test: (text: string) => (plain !== null && isAscii(text) ? plain.test(text) : compiled.test(text)),
    size: compiled.re2().prog.numInst(),
  }
  if (known.size >= patternsMax) known.delete(known.keys().next().value ?? '')
  known.set(source, pattern)
  return pattern
}

/** The engine that CEL's `matches` is given: its own would compile the pattern anew for each text. */
export const patternEngine = { compile: patternOf }
