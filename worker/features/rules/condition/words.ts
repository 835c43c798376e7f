import { type Risk, risks } from '../../../platform/contract.ts'
import { riskAtLeast } from '../contract.ts'

/*
 * The functions that rules over commands need besides CEL's own. Plain functions of plain values, so that both ways of
 * evaluating a condition call the same ones. What they throw becomes an evaluation error, which refuses.
 */

const known = new Map<string, Risk>(risks.map((risk) => [risk, risk]))

const riskOf = (text: string): Risk => {
  const risk = known.get(text)
  if (!risk) throw new Error(`${JSON.stringify(text)} is no risk`)
  return risk
}

/** Whether a risk is this one or worse. Throws for what is no risk. */
export const atLeast = (risk: string, floor: string): boolean => riskAtLeast(riskOf(risk), riskOf(floor))

const plainPath = /^(?:\/[\w-][\w.-]*)+$/

/** `/a/./b//c/..` → `/a/b`; null where `..` leaves the root or the path is not absolute, for who knows where it leads. */
export const normalPath = (path: string): string | null => {
  if (plainPath.test(path)) return path
  if (!path.startsWith('/') || path.includes('\0')) return null
  const names: string[] = []
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue
    if (name !== '..') names.push(name)
    else if (names.pop() === undefined) return null
  }
  return `/${names.join('/')}`
}

/** Whether an absolute path is this directory or something below it, by its names: `/srv-old` is not within `/srv`. */
export const within = (path: string, directory: string): boolean => {
  const [inner, outer] = [normalPath(path), normalPath(directory)]
  if (outer === null) throw new Error(`${JSON.stringify(directory)} is no absolute directory`)
  if (inner === null) return false
  return outer === '/' || inner === outer || inner.startsWith(`${outer}/`)
}

/**
 * Whether the whole text fits a pattern in which `*` is any text but a line break and `?` one character of it. Linear:
 * only the last star is ever tried again.
 */
export const glob = (text: string, pattern: string): boolean => {
  let [at, next, star, retry] = [0, 0, -1, 0]
  while (at < text.length) {
    const wanted = pattern[next]
    if (wanted === '*') {
      star = next++
      retry = at
    } else if (wanted !== undefined && (wanted === text[at] || (wanted === '?' && text[at] !== '\n'))) {
      at += 1
      next += 1
    } else if (star >= 0 && text[retry] !== '\n') {
      next = star + 1
      at = ++retry
    } else return false
  }
  while (pattern[next] === '*') next += 1
  return next === pattern.length
}

/** Whether the list begins with these. */
export const beginsWith = (list: readonly string[], start: readonly string[]): boolean =>
  start.length <= list.length && start.every((word, index) => list[index] === word)

/**
 * Whether an option stands among the words: `--force` alone or with `=`, and `-f` also among others, as in `-rf`.
 * Words behind `--` are no options.
 */
export const hasOption = (words: readonly string[], option: string): boolean => {
  const letter = /^-[^-]$/.test(option) ? option.slice(1) : null
  for (const word of words) {
    if (word === '--') return option === '--'
    if (word === option || word.startsWith(`${option}=`)) return true
    if (letter !== null && /^-[A-Za-z]+$/.test(word) && word.includes(letter, 1)) return true
  }
  return false
}

/** Only the letters A to Z, whatever the language. */
export const lowerAscii = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())
