import { Fault } from './fault.ts'
import type { Expr } from './parse.ts'
import { literalText, pathOf } from './types.ts'
import type { View } from './view.ts'
import { lowerAscii } from './words.ts'

/** Takes a value out of a request without CEL; `mayFail` tells whether it can be a fault. */
export interface Native<T> {
  get: (view: View) => T | Fault
  mayFail: boolean
}

/** The names that loops around an expression have given to the word at hand. */
export type Loops = ReadonlyMap<string, { word: string }>

const texts: Record<string, (view: View) => string> = {
  source: ({ facts }) => facts.source,
  action: ({ facts }) => facts.action,
  command: ({ facts }) => facts.command,
  cwd: ({ facts }) => facts.cwd,
  host: ({ facts }) => facts.host,
  session: ({ facts }) => facts.session,
  risk: ({ facts }) => facts.risk,
  reversibility: ({ facts }) => facts.reversibility,
  'agent.id': ({ facts }) => facts.agent.id,
  'agent.externalId': ({ facts }) => facts.agent.externalId,
  'agent.name': ({ facts }) => facts.agent.name,
  'agent.model': ({ facts }) => facts.agent.model,
  'connector.id': ({ facts }) => facts.connector.id,
  'connector.name': ({ facts }) => facts.connector.name,
  'requester.kind': ({ facts }) => facts.requester.kind,
  'requester.id': ({ facts }) => facts.requester.id,
  'requester.name': ({ facts }) => facts.requester.name,
  'time.date': ({ time }) => time.date,
}

const lists: Record<string, (view: View) => readonly string[]> = {
  argv: ({ argv }) => argv,
  riskRules: ({ riskRules }) => riskRules,
}

const numbers: Record<string, (view: View) => number | null> = {
  costMicroUsd: ({ facts }) => facts.costMicroUsd,
  'time.year': ({ time }) => time.year,
  'time.month': ({ time }) => time.month,
  'time.day': ({ time }) => time.day,
  'time.weekday': ({ time }) => time.weekday,
  'time.hour': ({ time }) => time.hour,
  'time.minute': ({ time }) => time.minute,
}

const field = <T>(table: Record<string, (view: View) => T>, expr: Expr, loops: Loops): Native<T> | null => {
  const path = pathOf(expr)
  if (path === null || loops.has(path.split('.')[0] ?? '') || !Object.hasOwn(table, path)) return null
  const get = table[path]
  return get ? { get, mayFail: false } : null
}

/** A text; null where only CEL knows. */
export const nativeText = (expr: Expr, loops: Loops): Native<string> | null => {
  const literal = literalText(expr)
  if (literal !== null) return { get: () => literal, mayFail: false }
  const loop = expr.exprKind.case === 'identExpr' ? loops.get(expr.exprKind.value.name) : undefined
  if (loop) return { get: () => loop.word, mayFail: false }
  const own = field(texts, expr, loops)
  if (own || expr.exprKind.case !== 'callExpr') return own
  const { function: name, target, args } = expr.exprKind.value
  const [first, second] = args
  if (name === 'lowerAscii' && target) return lowered(nativeText(target, loops))
  if (name === 'text' && target && isArguments(target, loops)) return argumentText(literalText(first))
  return name === '_[_]' && first && second ? wordAt(nativeTexts(first, loops), nativeNumber(second, loops)) : null
}

const lowered = (text: Native<string> | null): Native<string> | null =>
  text && {
    get: (view) => {
      const value = text.get(view)
      return value instanceof Fault ? value : lowerAscii(value)
    },
    mayFail: text.mayFail,
  }

const argumentText = (key: string | null): Native<string> | null =>
  key === null
    ? null
    : {
        get: ({ facts }) => {
          const value = Object.hasOwn(facts.arguments, key) ? facts.arguments[key] : ''
          return typeof value === 'string' ? value : ''
        },
        mayFail: false,
      }

const absent = new Fault('there is no such entry')

const wordAt = (list: Native<readonly string[]> | null, index: Native<number | null> | null): Native<string> | null =>
  list && index
    ? {
        get: (view) => {
          const [words, at] = [list.get(view), index.get(view)]
          if (words instanceof Fault) return words
          if (at instanceof Fault) return at
          return (at === null ? undefined : words[at]) ?? absent
        },
        mayFail: true,
      }
    : null

/** Whether this is the request's `arguments` and no loop's name. */
export const isArguments = (expr: Expr | undefined, loops: Loops): boolean =>
  pathOf(expr) === 'arguments' && !loops.has('arguments')

/** A list of texts; null where only CEL knows. */
export const nativeTexts = (expr: Expr, loops: Loops): Native<readonly string[]> | null => {
  const literal = literalTexts(expr)
  return literal ? { get: () => literal, mayFail: false } : field(lists, expr, loops)
}

/** The texts of a list that stands in the condition with nothing else in it. */
export const literalTexts = (expr: Expr | undefined): string[] | null => {
  if (expr?.exprKind.case !== 'listExpr') return null
  const found = expr.exprKind.value.elements.map(literalText)
  return found.every((text) => text !== null) ? found : null
}

/** A whole number that JavaScript holds exactly, or null; null in place of it all where only CEL knows. */
export const nativeNumber = (expr: Expr, loops: Loops): Native<number | null> | null => {
  const literal = literalNumber(expr)
  if (literal !== null) return { get: () => literal, mayFail: false }
  const own = field(numbers, expr, loops)
  if (own || expr.exprKind.case !== 'callExpr' || expr.exprKind.value.function !== 'size') return own
  const of = expr.exprKind.value.target ?? expr.exprKind.value.args[0]
  const [list, text] = of ? [nativeTexts(of, loops), nativeText(of, loops)] : [null, null]
  if (list) return measured(list, (words) => words.length)
  return text && measured(text, (value) => [...value].length)
}

const measured = <T>(of: Native<T>, measure: (value: T) => number): Native<number> => ({
  get: (view) => {
    const value = of.get(view)
    return value instanceof Fault ? value : measure(value)
  },
  mayFail: of.mayFail,
})

export const literalNumber = (expr: Expr | undefined): number | null => {
  if (expr?.exprKind.case !== 'constExpr' || expr.exprKind.value.constantKind.case !== 'int64Value') return null
  const value = Number(expr.exprKind.value.constantKind.value)
  return Number.isSafeInteger(value) ? value : null
}
