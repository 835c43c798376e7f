import type { Report } from './finding.ts'

/** What is random for good reason, and no secret: digests, ids that say what they are, keys that are public. */
const harmless = [
  /^(?:0x)?[0-9a-f]+$/i,
  /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i,
  /^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$/,
  /^(?:call|toolu|msg|run|req|resp|rs|fc|chatcmpl|cmpl|thread|asst|step|file|batch|evt|event|trace|span|session|sess|job|task|build|deploy|img|vs|ws)[_-]/i,
  /^sha\d{1,3}[-:=]/i,
  /^SHA256:/,
  /^AAAA[BCE][0-9A-Za-z]/,
  /^(?:data|blob)$/,
]
const candidate = /(?<![\w+/.@-])[\w+/-]{24,}={0,2}(?!\w)/g
const lengthMax = 400

/**
 * Long runs that look drawn by lot. Words, names in camel case, paths and hyphenated sentences change between lower case,
 * upper case and digits seldom; a random string does so at more than every other letter.
 */
export const findRandom = (text: string, report: Report): void => {
  for (const match of text.matchAll(candidate)) {
    const run = match[0]
    const start = match.index
    if (run.length > lengthMax || !looksRandom(run) || isHarmless(text, start, run)) continue
    report({ start, end: start + run.length, class: 'random', kind: 'secret', value: run })
  }
}

const isHarmless = (text: string, start: number, run: string): boolean =>
  harmless.some((pattern) => pattern.test(run)) ||
  /(?:sha\d{1,3}[-:=]|SHA256:|ssh-\w{1,20} |ecdsa-\S{1,30} )$/.test(text.slice(Math.max(0, start - 40), start))

const kinds = (unit: number): number => {
  if (unit >= 97 && unit <= 122) return 1
  if (unit >= 65 && unit <= 90) return 2
  if (unit >= 48 && unit <= 57) return 3
  return 0
}

const looksRandom = (run: string): boolean => {
  const counts = [0, 0, 0, 0]
  const seen = new Map<number, number>()
  let changes = 0
  let before = 0
  for (let index = 0; index < run.length; index += 1) {
    const unit = run.charCodeAt(index)
    const kind = kinds(unit)
    counts[kind] = (counts[kind] ?? 0) + 1
    if (kind !== 0 && before !== 0 && kind !== before) changes += 1
    before = kind
    seen.set(unit, (seen.get(unit) ?? 0) + 1)
  }
  const [marks = 0, lower = 0, upper = 0, digits = 0] = counts
  const letters = run.length - marks
  if (digits === 0 || letters < 20 || entropyOf(seen, run.length) < 3.6) return false
  if (lower > 0 && upper > 0) return changes / letters >= (digits >= 2 ? 0.38 : 0.42)
  return run.length >= 32 && marks === 0 && lower + upper > digits && changes / letters >= 0.28
}

/** Shannon's, in bits for each letter. */
const entropyOf = (seen: ReadonlyMap<number, number>, length: number): number => {
  let bits = 0
  for (const count of seen.values()) bits -= (count / length) * Math.log2(count / length)
  return bits
}
