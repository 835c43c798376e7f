import { conditionVariables } from '../../../worker/features/rules/condition/contract.ts'

export type TokenKind = 'variable' | 'function' | 'text' | 'number' | 'word' | 'operator' | 'plain'
export type Token = { text: string; kind: TokenKind; at: number }

const variables = new Set(conditionVariables.flatMap(({ name }) => [name, name.split('.')[0] ?? name]))
const words = new Set(['true', 'false', 'null', 'in'])

const shapes =
  /(?<text>[rRbB]{0,2}(?:"""[\s\S]*?(?:"""|$)|'''[\s\S]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))|(?<number>\d[\w.]*)|(?<name>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)|(?<operator>[!=<>&|?:+\-*/%]+)|(?<plain>[\s\S])/g

/** Cuts a condition for the eye; the pieces together are exactly the condition, whatever is wrong with it. */
export const tokensOf = (condition: string): Token[] =>
  [...condition.matchAll(shapes)].flatMap((found): Token[] => {
    const { text, number, name, operator, plain } = found.groups ?? {}
    const at = found.index
    if (name !== undefined) return namePieces(name, at, condition[at + name.length] === '(')
    if (text !== undefined) return [{ text, kind: 'text', at }]
    if (number !== undefined) return [{ text: number, kind: 'number', at }]
    if (operator !== undefined) return [{ text: operator, kind: 'operator', at }]
    return [{ text: plain ?? '', kind: 'plain', at }]
  })

/** `agent.name.startsWith`, before a bracket, is a variable and a function. */
const namePieces = (name: string, at: number, called: boolean): Token[] => {
  const cut = called ? name.lastIndexOf('.') + 1 : name.length
  const head = name.slice(0, cut)
  const call = name.slice(cut)
  const root = head.split('.')[0] ?? ''
  const kind = words.has(head) ? 'word' : variables.has(root) ? 'variable' : 'plain'
  return [
    ...(head === '' ? [] : [{ text: head, kind, at } as const]),
    ...(call === '' ? [] : [{ text: call, kind: 'function', at: at + cut } as const]),
  ]
}

/** How much of the text a fault at `offset` is about: the word that stands there, or one character. */
export const faultLength = (condition: string, offset: number) => {
  const token = tokensOf(condition).find(({ at, text }) => offset >= at && offset < at + text.length)
  if (!token) return 1
  if (token.kind === 'text' && token.text.trim() !== '') return token.at + token.text.length - offset
  return /^\w+/.exec(condition.slice(offset, token.at + token.text.length))?.[0].length ?? 1
}
