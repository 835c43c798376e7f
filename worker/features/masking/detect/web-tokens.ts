import type { Report } from './finding.ts'

/**
 * JSON Web Tokens, the first part of which begins with `{"` in base64url: three parts between dots, five when they are
 * encrypted (RFC 7516), the last one empty when nobody signed. Looked for by hand within a run of such characters, which
 * an expression could do only by scanning it again from every beginning.
 */
export const findWebTokens = (text: string, report: Report): void => {
  for (const run of text.matchAll(/(?<![\w.-])[\w.-]{28,}/g)) {
    const parts = run[0].split('.')
    let at = run.index
    for (let index = 0; index < parts.length; index += 1) {
      const head = parts[index] ?? ''
      const from = head.indexOf('eyJ')
      const count = from < 0 || head.length - from < 10 ? 0 : partsBehind(parts.slice(index + 1, index + 5))
      const length = parts.slice(index, index + count + 1).join('.').length
      if (count > 0) {
        const [start, end] = [at + from, at + length]
        report({ start, end, class: 'jwt', kind: 'secret', value: text.slice(start, end) })
      }
      at += length + 1
      index += count
    }
  }
}

/** How many parts of a token stand behind its head; 0 when it is none. */
const partsBehind = ([second, third, fourth, fifth]: string[]): number => {
  if (second === undefined || third === undefined) return 0
  const isSealed = fourth !== undefined && fifth !== undefined && third.length >= 16 && fifth.length >= 20
  if (isSealed && (second === '' || second.length >= 8)) return 4
  if (second.length < 8) return 0
  if (third.length >= 8) return 2
  return second.startsWith('eyJ') && third === '' ? 2 : 0
}
