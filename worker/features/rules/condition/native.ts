import { Fault } from './fault.ts'
import {
  isArguments,
  type Loops,
  literalNumber,
  literalTexts,
  type Native,
  nativeNumber,
  nativeText,
  nativeTexts,
} from './native-values.ts'
import type { Expr } from './parse.ts'
import { patternOf } from './patterns.ts'
import { literalText } from './types.ts'
import type { View } from './view.ts'
import { atLeast, beginsWith, glob, hasOption, within } from './words.ts'

/** Whether something holds of a request. Never throws. */
export type Applies = (view: View) => boolean | Fault

/** `rank`: what is cheap is asked first. */
export interface Ranked {
  applies: Applies
  rank: 0 | 1 | 2
}

type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value']

/** Evaluates without CEL what consists of plain fields, texts and numbers; null for everything else. */
export const nativeLeaf = (expr: Expr, loops: Loops): Ranked | null => {
  const { exprKind } = expr
  if (exprKind.case === 'constExpr' && exprKind.value.constantKind.case === 'boolValue') {
    const { value } = exprKind.value.constantKind
    return { applies: () => value, rank: 0 }
  }
  if (exprKind.case === 'selectExpr' && exprKind.value.testOnly && isArguments(exprKind.value.operand, loops))
    return hasArgument(exprKind.value.field)
  if (exprKind.case !== 'callExpr') return null
  const call = exprKind.value
  if (call.target) return nativeMethod(call, call.target, loops)
  const [left, right] = call.args
  if (!left || !right) return null
  if (call.function === '@in') return nativeIn(left, right, loops)
  if (call.function === '_==_') return equality(left, right, loops)
  if (call.function === '_!=_') return negated(equality(left, right, loops))
  return nativeOrder(call.function, nativeNumber(left, loops), nativeNumber(right, loops))
}

export const negated = (ranked: Ranked | null): Ranked | null =>
  ranked && {
    applies: (view) => {
      const value = ranked.applies(view)
      return typeof value === 'boolean' ? !value : value
    },
    rank: ranked.rank,
  }

/** As CEL's maps have it: what is null is not there. */
const hasArgument = (key: string): Ranked => ({
  applies: ({ facts }) => Object.hasOwn(facts.arguments, key) && facts.arguments[key] !== null,
  rank: 0,
})

const one = <T>(of: Native<T>, test: (value: T) => boolean, rank: Ranked['rank'] = 0): Ranked => ({
  applies: (view) => {
    const value = of.get(view)
    return value instanceof Fault ? value : test(value)
  },
  rank,
})

const two = <A, B>(a: Native<A>, b: Native<B>, test: (a: A, b: B) => boolean | Fault): Ranked => ({
  applies: (view) => {
    const left = a.get(view)
    if (left instanceof Fault) return left
    const right = b.get(view)
    return right instanceof Fault ? right : test(left, right)
  },
  rank: 0,
})

const isNull = (expr: Expr) =>
  expr.exprKind.case === 'constExpr' && expr.exprKind.value.constantKind.case === 'nullValue'

const equality = (left: Expr, right: Expr, loops: Loops): Ranked | null => {
  if (isNull(left) || isNull(right)) {
    const number = nativeNumber(isNull(left) ? right : left, loops)
    return number && one(number, (value) => value === null)
  }
  const texts = [nativeText(left, loops), nativeText(right, loops)]
  if (texts[0] && texts[1]) {
    const literal = literalText(right)
    return literal === null ? two(texts[0], texts[1], (a, b) => a === b) : one(texts[0], (text) => text === literal)
  }
  const numbers = [nativeNumber(left, loops), nativeNumber(right, loops)]
  return numbers[0] && numbers[1] ? two(numbers[0], numbers[1], (a, b) => a === b) : null
}

const nativeIn = (left: Expr, right: Expr, loops: Loops): Ranked | null => {
  if (isArguments(right, loops)) {
    const key = literalText(left)
    return key === null ? null : hasArgument(key)
  }
  const text = nativeText(left, loops)
  const listed = literalTexts(right)
  if (text && listed) {
    const known = new Set(listed)
    return one(text, (value) => known.has(value))
  }
  const list = nativeTexts(right, loops)
  if (text && list) return two(text, list, (value, words) => words.includes(value))
  const number = nativeNumber(left, loops)
  const numbers = new Set(
    right.exprKind.case === 'listExpr' ? right.exprKind.value.elements.map(literalNumber) : [null],
  )
  return number && !numbers.has(null) ? one(number, (value) => numbers.has(value)) : null
}

const orders: Record<string, (a: number, b: number) => boolean> = {
  '_<_': (a, b) => a < b,
  '_<=_': (a, b) => a <= b,
  '_>_': (a, b) => a > b,
  '_>=_': (a, b) => a >= b,
}

const noNumber = new Fault('null is neither less nor more than a number')

const nativeOrder = (name: string, a: Native<number | null> | null, b: Native<number | null> | null): Ranked | null => {
  const order = orders[name]
  return order && a && b ? two(a, b, (x, y) => (x === null || y === null ? noNumber : order(x, y))) : null
}

const methods: Record<string, (text: string, other: string) => boolean> = {
  startsWith: (text, start) => text.startsWith(start),
  endsWith: (text, end) => text.endsWith(end),
  contains: (text, part) => text.includes(part),
  glob,
  within,
  atLeast,
}

const nativeMethod = ({ function: name, args }: Call, target: Expr, loops: Loops): Ranked | null => {
  const [arg] = args
  const list = nativeTexts(target, loops)
  if (list && arg) {
    const [start, option] = [nativeTexts(arg, loops), literalText(arg)]
    if (name === 'startsWith' && start) return two(list, start, beginsWith)
    return name === 'hasOption' && option !== null ? one(list, (words) => hasOption(words, option)) : null
  }
  const text = nativeText(target, loops)
  const literal = literalText(arg)
  if (!text || literal === null) return null
  if (name === 'matches') {
    const pattern = patternOf(literal)
    return one(text, (value) => pattern.test(value), 1)
  }
  const method = Object.hasOwn(methods, name) ? methods[name] : undefined
  return method ? caught(one(text, (value) => method(value, literal))) : null
}

/** For functions that throw what no text should be given to them. */
const caught = ({ applies, rank }: Ranked): Ranked => ({
  applies: (view) => {
    try {
      return applies(view)
    } catch (error) {
      return new Fault(error instanceof Error ? error.message : String(error))
    }
  },
  rank,
})
