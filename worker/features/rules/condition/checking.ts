import type { ConditionFault } from './contract.ts'
import type { Expr } from './parse.ts'
import type { Node } from './types.ts'

/** What surrounds a part of a condition: the names that it may use, and what is certainly there. */
export interface Scope {
  names: ReadonlyMap<string, Node>
  guarded: ReadonlySet<string>
}

/** One check: collects what it finds, and goes on where it can. */
export interface Check {
  node: (expr: Expr, scope: Scope) => Node
  fault: (
    expr: Expr,
    code: ConditionFault['code'],
    message: string,
    more?: { suggestion?: string | null; shift?: number },
  ) => Node
  warn: (expr: Expr, code: ConditionFault['code'], message: string) => void
}
