import type { ConditionFault } from './contract.ts'

const closing: Record<string, string> = { '(': ')', '[': ']', '{': '}' }
const wordy: Record<string, string> = { and: '&&', or: '||', not: '!', AND: '&&', OR: '||', NOT: '!' }

/**
 * What to tell of a text that is no condition. The parser only knows where it could not go on, which for a missing
 * bracket or quote is rarely where the mistake is; so the usual mistakes are looked for first.
 */
export const syntaxFault = (text: string, stoppedAt: number): ConditionFault => {
  const usual = usualMistake(text)
  if (usual) return { code: 'syntax', suggestion: null, ...usual }
  const rest = text.slice(stoppedAt).trimStart()
  const offset = text.length - rest.length
  if (rest === '')
    return { code: 'syntax', message: 'The condition ends too early.', offset: text.length, suggestion: null }
  const word = /^(\w+|&&|\|\||[=!<>]=|.)/su.exec(rest)?.[0] ?? rest.charAt(0)
  const suggestion = wordy[word] ?? null
  const message = suggestion
    ? `${word} is written ${suggestion} here.`
    : `${word} does not fit here, or what follows it is not complete.`
  return { code: 'syntax', message, offset, suggestion }
}

type Mistake = Pick<ConditionFault, 'message' | 'offset'> & { suggestion?: string }

const usualMistake = (text: string): Mistake | null => {
  const open: { bracket: string; offset: number }[] = []
  let last = { word: '', offset: 0 }
  for (const match of text.matchAll(token)) {
    const [word, offset] = [match[0], match.index]
    if (/^(?:\s|\/\/)/.test(word)) continue
    if (word === '"' || word === "'") return { message: 'The text that begins here has no end.', offset }
    if (word === '=') return { message: 'Compare with ==.', offset, suggestion: '==' }
    if (word === '&' || word === '|') return { message: `Write ${word}${word}.`, offset, suggestion: word + word }
    if (word in closing) open.push({ bracket: word, offset })
    if (/^[)\]}]$/.test(word)) {
      const opened = open.pop()
      if (!opened) return { message: `Nothing is open that this ${word} could close.`, offset }
      if (closing[opened.bracket] !== word)
        return { message: `${opened.bracket} is open here and not closed.`, offset: opened.offset }
    }
    last = { word, offset }
  }
  const opened = open.at(-1)
  if (opened) return { message: `${opened.bracket} is open here and not closed.`, offset: opened.offset }
  if (/^(?:&&|\|\||[=!]=|[<>]=?|[-+*/%?:.,!]|in)$/.test(last.word))
    return { message: `Something is missing behind ${last.word}.`, offset: last.offset }
  return null
}

/** Just enough of CEL's words to tell brackets and signs from what stands in quotes and comments. */
const token =
  /\s+|\/\/[^\n]*|[rRbB]{0,2}(?:"""[\s\S]*?"""|'''[\s\S]*?''')|[rR][bB]?(?:"[^"\n]*"|'[^'\n]*')|[bB]?(?:"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*')|\w+|&&|\|\||[=!<>]=|[\s\S]/g
