import type { Expr } from './parse.ts'
import { literalText, pathOf } from './types.ts'

/**
 * The paths that are certainly there and not null where an expression is true, or where it is false. In CEL an error
 * beside `false &&` or `true ||` does not count, on whichever side it stands; so a guard may stand before or behind.
 */
export const guardedBy = (expr: Expr, when: boolean): string[] => {
  const { exprKind } = expr
  if (exprKind.case === 'selectExpr' && exprKind.value.testOnly) {
    const path = pathOf(exprKind.value.operand)
    return when && path !== null ? [`${path}.${exprKind.value.field}`] : []
  }
  if (exprKind.case !== 'callExpr') return []
  const { function: name, args } = exprKind.value
  const [first, second] = args
  if (!first) return []
  if (name === '!_') return guardedBy(first, !when)
  if (name === (when ? '_&&_' : '_||_')) return args.flatMap((arg) => guardedBy(arg, when))
  if (!second) return []
  if (name === (when ? '_!=_' : '_==_')) return [...notNull(first, second), ...notNull(second, first)]
  if (name === '@in' && when) {
    const [key, path] = [literalText(first), pathOf(second)]
    return key !== null && path !== null ? [`${path}.${key}`] : []
  }
  return []
}

const notNull = (expr: Expr, other: Expr): string[] => {
  const isNull = other.exprKind.case === 'constExpr' && other.exprKind.value.constantKind.case === 'nullValue'
  const path = pathOf(expr)
  return isNull && path !== null ? [path] : []
}

/** The terms that one operator joins, however they are bracketed. */
export const termsOf = (expr: Expr, operator: '_&&_' | '_||_'): Expr[] =>
  expr.exprKind.case === 'callExpr' && expr.exprKind.value.function === operator
    ? expr.exprKind.value.args.flatMap((arg) => termsOf(arg, operator))
    : [expr]
