import { risks } from '../../platform/contract.ts'
import type { RequestFacts } from '../rules/contract.ts'
import type { GrantPattern, GrantWord } from './contract.ts'

/** Whether a request is one that the pattern stands for. Everything that is not null has to fit. */
export const covers = (pattern: GrantPattern, facts: RequestFacts): boolean =>
  pattern.source === facts.source &&
  pattern.action === facts.action &&
  (pattern.agentId === null || pattern.agentId === facts.agent.id) &&
  (pattern.connectorId === null || pattern.connectorId === facts.connector.id) &&
  risks.indexOf(facts.risk) <= risks.indexOf(pattern.riskMax) &&
  coversCommand(pattern, facts) &&
  coversDirectory(pattern.cwd, facts.cwd) &&
  coversArguments(pattern.arguments, facts.arguments)

/**
 * A shell command is covered by its words only as long as it has any, which is to say: is one simple command behind
 * which nothing hides; anything else only letter by letter. What a plugin says about a tool is a description, no command.
 */
const coversCommand = ({ command, words }: GrantPattern, facts: RequestFacts): boolean => {
  if (command !== null && command !== facts.command) return false
  if (words !== null && !(facts.argv.length > 0 && coversWords(words, facts.argv))) return false
  return command !== null || words !== null || facts.command === '' || facts.source === 'openclaw.plugin'
}

const coversWords = ({ words, more }: NonNullable<GrantPattern['words']>, argv: string[]): boolean =>
  (more ? argv.length >= words.length : argv.length === words.length) &&
  words.every((word, index) => coversWord(word, argv[index] ?? ''))

/** `any` is any word but an option: a file name may differ, `--force` may not slip in as one. */
const coversWord = (word: GrantWord, given: string): boolean =>
  'exact' in word ? word.exact === given : !given.startsWith('-')

/** Whether a directory is the one meant, or below it. Relative paths are below nothing. */
export const coversDirectory = (wanted: GrantPattern['cwd'], given: string): boolean => {
  if (wanted === null) return true
  if (wanted.path === given) return true
  const [above, below] = [pathOf(wanted.path), pathOf(given)]
  if (above === null || below === null) return false
  return wanted.within
    ? above.length <= below.length && above.every((part, index) => part === below[index])
    : above.length === below.length && above.every((part, index) => part === below[index])
}

/** The parts of an absolute path; null for what is relative, or goes up and so could lead anywhere. */
const pathOf = (path: string): string[] | null => {
  const unix = path.startsWith('/')
  const windows = /^[A-Za-z]:[\\/]/.test(path)
  if (!(unix || windows) || path.includes('\0')) return null
  const parts = path.split(windows ? /[\\/]/ : '/').filter((part) => part !== '' && part !== '.')
  return parts.includes('..') ? null : parts
}

const coversArguments = (wanted: GrantPattern['arguments'], given: Record<string, unknown>): boolean =>
  wanted === null ||
  Object.entries(wanted).every(([name, value]) => Object.hasOwn(given, name) && isSameJson(value, given[name]))

/** The same JSON value; the order of an object's keys says nothing. */
export const isSameJson = (a: unknown, b: unknown): boolean => {
  if (Array.isArray(a) || Array.isArray(b))
    return (
      Array.isArray(a) &&
      Array.isArray(b) &&
      a.length === b.length &&
      a.every((each, index) => isSameJson(each, b[index]))
    )
  if (!isObject(a) || !isObject(b)) return a === b
  const names = Object.keys(a)
  return (
    names.length === Object.keys(b).length &&
    names.every((name) => Object.hasOwn(b, name) && isSameJson(a[name], b[name]))
  )
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** How much a pattern leaves open; of several that cover a request the narrowest answers. */
export const breadthOf = (pattern: GrantPattern): number => {
  const anyWords = pattern.words?.words.filter((word) => 'any' in word).length ?? 0
  return (
    (pattern.agentId === null ? 1_000 : 0) +
    (pattern.connectorId === null ? 500 : 0) +
    (pattern.command === null && pattern.words === null && pattern.arguments === null ? 400 : 0) +
    (pattern.words?.more ? 200 : 0) +
    (pattern.cwd === null ? 100 : pattern.cwd.within ? 80 : 0) +
    Math.min(anyWords, 64) +
    risks.indexOf(pattern.riskMax) / 10
  )
}

export type Unfit = 'not_covered' | 'risk_above' | 'too_wide'

/** Why a request must not become this grant; null when it may. What is critical is never granted beyond exactly itself. */
export const unfitOf = (pattern: GrantPattern, facts: RequestFacts): Unfit | null => {
  if (!covers(pattern, facts)) return 'not_covered'
  if (risks.indexOf(pattern.riskMax) > risks.indexOf(facts.risk)) return 'risk_above'
  if (facts.risk === 'critical' && !isExact(pattern, facts)) return 'too_wide'
  return null
}

/** Says everything that there is to say about what is to be done. */
const isExact = (pattern: GrantPattern, facts: RequestFacts): boolean =>
  (pattern.agentId !== null || facts.agent.id === '') &&
  (facts.command === '' || pattern.command !== null || isExactWords(pattern.words)) &&
  (facts.cwd === '' || (pattern.cwd !== null && !pattern.cwd.within)) &&
  Object.keys(facts.arguments).every((name) => Object.hasOwn(pattern.arguments ?? {}, name))

const isExactWords = (words: GrantPattern['words']): boolean =>
  words !== null && !words.more && words.words.every((word) => 'exact' in word)

interface Lifetime {
  revokedAt: number | null
  expiresAt: number | null
  usesMax: number | null
  uses: number
}

export const stateOf = ({ revokedAt, expiresAt, usesMax, uses }: Lifetime, now: number) => {
  if (revokedAt !== null) return 'revoked' as const
  if (usesMax !== null && uses >= usesMax) return 'used_up' as const
  return expiresAt !== null && expiresAt <= now ? ('expired' as const) : ('active' as const)
}
