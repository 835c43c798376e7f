import { findFours, findSixes } from './addresses.ts'
import { findEmails } from './email.ts'
import { apart, type Finding, masked, placeholder, type Report } from './finding.ts'
import { findNamed } from './named.ts'
import { findCards, findDocuments, findIbans, findResidentIds } from './numbers.ts'
import type { Pattern } from './pattern.ts'
import { findPhones } from './phones.ts'
import { findRandom } from './random.ts'
import { findShapes } from './shapes.ts'
import { findWebTokens } from './web-tokens.ts'

export interface Rules {
  /** Classes of personal data that are masked. */
  personal: ReadonlySet<string>
  /** An organization's own. */
  patterns: readonly { class: string; pattern: Pattern }[]
}

/** How a text stands: ids are not read for numbers that only look like somebody's. */
export type Reading = 'text' | 'id'

/** A word that announces a secret: without any, nearly all text is done after one look. */
const announces =
  /pass|secret|token|key|pwd|psk|credential|authorization|cookie|bearer|basic|:\/\/|curl|mysql|mariadb|redis-cli|machine|login|jdbc|signature|securestring|密码|口令|密钥|秘钥|令牌|授权码|验证码/i
const wide = /[０-９＠：＋－（）．]/
const widths = /[！-～]/g
/** Most of what events hold: times, UUIDs, our own ids, short words. */
const harmless =
  /^(?:\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}|[A-Za-z][A-Za-z_-]{0,14})$/
const documents = /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z]|护照|passport/i

/** The text as it is read, each unit in its place: full-width signs like the others, and no placeholder. */
const readable = (given: string): string => {
  const open = given.includes('‹') ? given.replace(placeholder, (whole) => masked.repeat(whole.length)) : given
  return wide.test(open) ? open.replace(widths, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)) : open
}

interface Look {
  digits: number
  dots: number
  colons: number
  /** The longest run of letters, digits and what stands in tokens. */
  longest: number
  hasAt: boolean
  isAscii: boolean
}

const [other, token, digit, dot, colon, at] = [0, 1, 2, 3, 4, 5]
/** What each unit below 128 is; those above stand in no token. */
const kindOf = Uint8Array.from({ length: 128 }, (_, unit) => {
  const sign = String.fromCharCode(unit)
  if (/\d/.test(sign)) return digit
  if (sign === '.') return dot
  if (sign === ':') return colon
  if (sign === '@') return at
  return /[A-Za-z+\-/=_~%?]/.test(sign) ? token : other
})

/** One pass over the text, so that each detector only runs where it can find something. */
const lookAt = (text: string): Look => {
  const counts = [0, 0, 0, 0, 0, 0]
  let [run, longest, units] = [0, 0, 0]
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index)
    const kind = kindOf[unit] ?? other
    units |= unit
    counts[kind] = (counts[kind] ?? 0) + 1
    run = kind === other || kind === colon ? 0 : run + 1
    if (run > longest) longest = run
  }
  const [, , digits = 0, dots = 0, colons = 0, ats = 0] = counts
  return { digits, dots, colons, longest, hasAt: ats > 0 || text.includes('%40'), isAscii: units < 128 }
}

/** Whether a text is one of those that hold nothing, which is seen at once; others may hold nothing as well. */
export const isHarmless = (text: string): boolean => harmless.test(text)

/**
 * What of a text is not stored as it stands, in order, none touching another. Its time grows with the length of the text
 * and nothing else: each detector reads it once, looking back and ahead by no more than a fixed length.
 */
export const scan = (given: string, rules: Rules, reading: Reading = 'text'): Finding[] =>
  isHarmless(given) ? [] : findIn(given, rules, reading)

/** The same for a text that is not harmless, as whoever calls it has seen. */
export const findIn = (given: string, rules: Rules, reading: Reading): Finding[] => {
  if (given.length < 3) return []
  const first = lookAt(given)
  // What `readable` would change is beyond ASCII.
  const text = first.isAscii ? given : readable(given)
  const look = text === given ? first : lookAt(text)
  const findings: Finding[] = []
  const report: Report = (finding) => findings.push(finding)
  const personal: Report = (finding) => rules.personal.has(finding.class) && findings.push(finding)
  if (look.longest >= 16 || text.includes('-----BEGIN ')) findSecretTokens(text, look, reading, report)
  if (announces.test(text)) findNamed(text, report)
  if (look.hasAt) findEmails(text, personal)
  findNumbers(text, look, reading, personal)
  for (const { class: name, pattern } of rules.patterns)
    for (const [start, end] of pattern.find(text))
      report({ start, end, class: name, kind: 'custom', value: text.slice(start, end) })
  return findings.length > 1 ? apart(findings, text) : findings
}

const findSecretTokens = (text: string, look: Look, reading: Reading, report: Report): void => {
  findShapes(text, report)
  if (look.dots >= 2 && look.longest >= 28 && text.includes('eyJ')) findWebTokens(text, report)
  if (look.longest >= 24 && reading === 'text') findRandom(text, report)
}

const findNumbers = (text: string, { digits, dots, colons }: Look, reading: Reading, report: Report): void => {
  if (digits >= 7 && reading === 'text') findPhones(text, report)
  if (digits >= 10) findIbans(text, report)
  if (digits >= 17) findResidentIds(text, report)
  // Those have checks that no id passes by chance; what follows has none, or weak ones.
  if (reading === 'id') return
  // Behind the other, whose check is stronger: of two readings of the same digits the first stands.
  if (digits >= 13) findCards(text, report)
  if (digits >= 4 && dots >= 3) findFours(text, report)
  if (colons >= 2) findSixes(text, report)
  if (digits >= 1 && documents.test(text)) findDocuments(text, report)
}
