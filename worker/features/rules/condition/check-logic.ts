import type { Check, Scope } from './checking.ts'
import { guardedBy, termsOf } from './guards.ts'
import type { Expr } from './parse.ts'
import { joined, type Node, textOf } from './types.ts'

/** Both sides of `&&` and `||`, each knowing what the others make sure of. */
export const logicNode = (check: Check, expr: Expr, operator: '_&&_' | '_||_', scope: Scope): Node => {
  const terms = termsOf(expr, operator)
  const made = terms.map((term) => guardedBy(term, operator === '_&&_'))
  const nodes = terms.map((term, index) => {
    const guarded = new Set([...scope.guarded, ...made.filter((_, other) => other !== index).flat()])
    const node = check.node(term, { ...scope, guarded })
    if (node.type.is !== 'bool' && node.type.is !== 'any')
      check.fault(term, 'type', `${operator.slice(1, 3)} joins what is true or false; this is ${textOf(node.type)}.`)
    return node
  })
  return { type: { is: 'bool' }, chars: 32, items: 0, cost: nodes.reduce((sum, { cost }) => sum + cost, 1) }
}

/** `condition ? yes : no`; each side knows what the condition makes sure of. */
export const choiceNode = (check: Check, args: Expr[], scope: Scope): Node => {
  const [condition, yes, no] = args
  if (!condition || !yes || !no) throw new Error('a choice has three parts')
  const asked = check.node(condition, scope)
  if (asked.type.is !== 'bool' && asked.type.is !== 'any')
    check.fault(condition, 'type', `Before ? stands what is true or false; this is ${textOf(asked.type)}.`)
  const within = (when: boolean) => ({ ...scope, guarded: new Set([...scope.guarded, ...guardedBy(condition, when)]) })
  const [then, otherwise] = [check.node(yes, within(true)), check.node(no, within(false))]
  return {
    type: joined(then.type, otherwise.type),
    chars: Math.max(then.chars, otherwise.chars),
    items: Math.max(then.items, otherwise.items),
    cost: asked.cost + Math.max(then.cost, otherwise.cost) + 1,
  }
}
