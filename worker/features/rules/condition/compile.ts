import { isCelError, plan } from '@bufbuild/cel'
import { checkCondition } from './check.ts'
import { bindingsOf, environment } from './environment.ts'
import { Fault } from './fault.ts'
import { termsOf } from './guards.ts'
import { type Applies, nativeLeaf, negated, type Ranked } from './native.ts'
import { type Loops, nativeTexts } from './native-values.ts'
import { type Expr, parseCondition } from './parse.ts'

export { Fault } from './fault.ts'
export type { Applies } from './native.ts'
export { type View, viewOf } from './view.ts'

/**
 * A condition made ready. Its logic runs here, and so does what looks at plain fields; the rest is CEL's, part by part.
 * That changes no answer: in CEL too `false &&` and `true ||` outweigh an error on the other side, wherever it stands,
 * so the parts may be asked in any order, the cheap ones first.
 */
export const compileCondition = (condition: string): Applies => {
  const { check, tree } = checkCondition(condition)
  if (tree) return truthOf(tree.expr, new Map())?.applies ?? byCel(tree.expr).applies
  const fault = new Fault(check.faults[0]?.message ?? 'not a condition')
  return () => fault
}

/** The same by CEL alone: what the other has to agree with, and is measured against. */
export const compilePlainly = (condition: string): Applies => {
  const parsed = parseCondition(condition)
  if (!parsed.ok) throw new Error(parsed.fault.message)
  return byCel(parsed.parsed.expr).applies
}

/** Null only inside a loop, whose word CEL cannot be told from here. */
const truthOf = (expr: Expr, loops: Loops): Ranked | null => {
  const { exprKind } = expr
  if (exprKind.case === 'comprehensionExpr') return loopOf(exprKind.value, loops) ?? leafOf(expr, loops)
  if (exprKind.case !== 'callExpr') return leafOf(expr, loops)
  const { function: name, args } = exprKind.value
  if (name === '_&&_' || name === '_||_') return joinedOf(termsOf(expr, name), name === '_||_', loops)
  if (name === '!_' && args[0]) return negated(truthOf(args[0], loops))
  if (name === '_?_:_') return choiceOf(args, loops) ?? leafOf(expr, loops)
  return leafOf(expr, loops)
}

const leafOf = (expr: Expr, loops: Loops): Ranked | null =>
  nativeLeaf(expr, loops) ?? (loops.size === 0 ? byCel(expr) : null)

/** `ends`: the value that settles it whatever else there is. */
const joinedOf = (terms: Expr[], ends: boolean, loops: Loops): Ranked | null => {
  const parts = terms.map((term) => truthOf(term, loops))
  if (!parts.every((part) => part !== null)) return null
  const inOrder = parts.toSorted((a, b) => a.rank - b.rank).map(({ applies }) => applies)
  const applies: Applies = (view) => {
    let fault: Fault | null = null
    for (const part of inOrder) {
      const value = part(view)
      if (value === ends) return ends
      if (typeof value !== 'boolean') fault ??= value
    }
    return fault ?? !ends
  }
  return { applies, rank: worst(parts) }
}

const worst = (parts: Ranked[]): Ranked['rank'] =>
  parts.some(({ rank }) => rank === 2) ? 2 : parts.some(({ rank }) => rank === 1) ? 1 : 0

const choiceOf = (args: Expr[], loops: Loops): Ranked | null => {
  const parts = args.map((arg) => truthOf(arg, loops))
  const [condition, yes, no] = parts
  if (!condition || !yes || !no) return null
  return {
    applies: (view) => {
      const asked = condition.applies(view)
      return typeof asked === 'boolean' ? (asked ? yes : no).applies(view) : asked
    },
    rank: worst([condition, yes, no]),
  }
}

type Loop = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value']

/** `exists` and `all` over a list of words; as the parser unfolds them, they are a long `||` and a long `&&`. */
const loopOf = ({ accuInit, accuVar, iterRange, iterVar, loopStep }: Loop, loops: Loops): Ranked | null => {
  const start = accuInit?.exprKind
  if (start?.case !== 'constExpr' || start.value.constantKind.case !== 'boolValue' || !iterRange) return null
  const ends = !start.value.constantKind.value
  const step = loopStep?.exprKind
  if (step?.case !== 'callExpr' || step.value.function !== (ends ? '_||_' : '_&&_')) return null
  const [gathered, body] = step.value.args
  if (gathered?.exprKind.case !== 'identExpr' || gathered.exprKind.value.name !== accuVar || !body) return null
  const list = nativeTexts(iterRange, loops)
  const slot = { word: '' }
  const inner = list && truthOf(body, new Map(loops).set(iterVar, slot))
  if (!inner) return null
  const applies: Applies = (view) => {
    const words = list.get(view)
    if (words instanceof Fault) return words
    let fault: Fault | null = null
    for (const word of words) {
      slot.word = word
      const value = inner.applies(view)
      if (value === ends) return ends
      if (typeof value !== 'boolean') fault ??= value
    }
    return fault ?? !ends
  }
  return { applies, rank: 1 }
}

const byCel = (expr: Expr): Ranked => {
  const evaluate = plan(environment, expr)
  return {
    applies: (view) => {
      view.bindings ??= bindingsOf(view)
      const value = evaluate(view.bindings)
      if (typeof value === 'boolean') return value
      return new Fault(isCelError(value) ? value.message : 'neither true nor false')
    },
    rank: 2,
  }
}
