import { choiceNode, logicNode } from './check-logic.ts'
import type { Check, Scope } from './checking.ts'
import { argumentEntriesMax } from './contract.ts'
import type { Expr } from './parse.ts'
import { fits, type Signature, signatures } from './signatures.ts'
import { nearest } from './suggest.ts'
import { any, comparable, joined, literalText, type Node, ordered, type Type, textOf } from './types.ts'

export type Call = Extract<Expr['exprKind'], { case: 'callExpr' }>['value']

const truth = (cost: number): Node => ({ type: { is: 'bool' }, chars: 32, items: 0, cost })
const arithmetic = /^(?:_[-+*/%]_|-_)$/
const order = /^_[<>]=?_$/

/** A call or an operator: whether it can be made with these, and what comes of it. */
export const callNode = (check: Check, expr: Expr, call: Call, scope: Scope): Node => {
  const { function: name, args } = call
  if (name === '_&&_' || name === '_||_') return logicNode(check, expr, name, scope)
  if (name === '_?_:_') return choiceNode(check, args, scope)
  if (macros.has(name)) return check.fault(expr, 'unknown_function', macroText(name), { shift: call.target ? 1 : 0 })
  const parts = [...(call.target ? [call.target] : []), ...args]
  const nodes = parts.map((part) => check.node(part, scope))
  const cost = nodes.reduce((sum, node) => sum + node.cost, 1)
  const [left, right] = nodes
  if (!left) return functionNode(check, expr, call, nodes, cost)
  if (name === '!_' || name === '@not_strictly_false') return notNode(check, parts[0] ?? expr, left, cost)
  if (arithmetic.test(name)) return arithmeticNode(check, expr, name, nodes, cost)
  if (!right) return functionNode(check, expr, call, nodes, cost)
  if (name === '_==_' || name === '_!=_') return equalityNode(check, expr, call, left, right, cost)
  if (order.test(name)) return orderNode(check, expr, name, left, right, cost)
  if (name === '@in') return inNode(check, expr, call, left, right, cost)
  if (name === '_[_]') return indexNode(check, expr, call, left, right, cost)
  return functionNode(check, expr, call, nodes, cost)
}

const notNode = (check: Check, part: Expr, { type }: Node, cost: number): Node => {
  if (type.is !== 'bool' && type.is !== 'any')
    check.fault(part, 'type', `! turns true and false; this is ${textOf(type)}.`)
  return truth(cost)
}

const comparing = (left: Node, right: Node) => {
  const chars =
    left.type.is === 'any' || right.type.is === 'any'
      ? Math.max(left.chars, right.chars)
      : Math.min(left.chars, right.chars)
  return chars / 16 + Math.min(left.items, right.items)
}

const equalityNode = (check: Check, expr: Expr, { args }: Call, left: Node, right: Node, cost: number): Node => {
  if (!comparable(left.type, right.type))
    check.fault(expr, 'type', `${capital(textOf(left.type))} never equals ${textOf(right.type)}.`)
  for (const [node, other] of [
    [left, args[1]],
    [right, args[0]],
  ] as const)
    knownValue(check, node.type, other)
  return truth(cost + comparing(left, right))
}

/** A literal that is compared with what has only certain values. */
const knownValue = (check: Check, type: Type, other: Expr | undefined) => {
  const text = literalText(other)
  if (!other || text === null || type.is !== 'string' || !type.values || type.values.includes(text)) return
  const near = nearest(text, type.values)
  check.fault(other, 'value', `It is never ${JSON.stringify(text)}, but one of ${type.values.join(', ')}.`, {
    suggestion: near,
  })
}

const orderNode = (check: Check, expr: Expr, name: string, left: Node, right: Node, cost: number): Node => {
  for (const { type } of [left, right])
    if (type.is === 'int' && type.mayBeNull)
      return check.fault(
        expr,
        'may_be_null',
        'This is null where nobody knows it: ask first, as in costMicroUsd != null && ….',
      )
  if (!ordered(left.type, right.type))
    check.fault(
      expr,
      'type',
      `${capital(textOf(left.type))} is neither before nor behind ${textOf(right.type)} (${name.replaceAll('_', '')}).`,
    )
  if (left.type.is === 'string' && left.type.values)
    check.warn(expr, 'value', 'This compares by the alphabet; risk.atLeast("high") compares risks.')
  return truth(cost + comparing(left, right))
}

const inNode = (check: Check, expr: Expr, { args }: Call, left: Node, right: Node, cost: number): Node => {
  if (right.type.is === 'list') {
    if (!comparable(left.type, right.type.of) && right.items > 0)
      check.fault(expr, 'type', `${capital(textOf(left.type))} is never in ${textOf(right.type)}.`)
    const listed = args[1]?.exprKind.case === 'listExpr' ? args[1].exprKind.value.elements : []
    for (const element of listed) knownValue(check, left.type, element)
  } else if (right.type.is === 'map') {
    if (!fits(left.type, 'string')) check.fault(expr, 'type', `A key is a text; this is ${textOf(left.type)}.`)
  } else if (right.type.is !== 'any')
    check.fault(expr, 'type', `Only a list or a map has entries; this is ${textOf(right.type)}.`)
  return truth(cost + right.items + right.chars / 16)
}

const indexNode = (check: Check, expr: Expr, { args }: Call, left: Node, right: Node, cost: number): Node => {
  const { type } = left
  const key = type.is === 'list' ? 'int' : 'string'
  if (type.is !== 'list' && type.is !== 'map' && type.is !== 'any')
    return check.fault(expr, 'type', `Only a list or a map has entries; this is ${textOf(type)}.`)
  if (type.is !== 'any' && !fits(right.type, key))
    check.fault(
      args[1] ?? expr,
      'type',
      `An entry is named by ${key === 'int' ? 'its number' : 'its key'}; this is ${textOf(right.type)}.`,
    )
  check.warn(expr, 'may_be_absent', 'Where this entry is absent the request is refused.')
  const of = type.is === 'list' || type.is === 'map' ? type.of : any
  return { type: of, chars: left.chars, items: of.is === 'any' ? argumentEntriesMax : 0, cost }
}

const arithmeticNode = (check: Check, expr: Expr, name: string, nodes: Node[], cost: number): Node => {
  const [left, right = left] = nodes
  if (!left || !right) throw new Error('arithmetic of nothing')
  const sign = name.replaceAll('_', '')
  for (const { type } of nodes)
    if (type.is === 'int' && type.mayBeNull)
      return check.fault(
        expr,
        'may_be_null',
        'This is null where nobody knows it: ask first, as in costMicroUsd != null && ….',
      )
  // Lists are joined without being copied, texts are copied.
  const copied = left.type.is === 'list' ? 0 : (left.chars + right.chars) / 64
  const result = { chars: left.chars + right.chars, items: left.items + right.items, cost: cost + copied }
  const kinds = [left.type.is, right.type.is]
  if (kinds.includes('any')) return { ...result, type: kinds.includes('list') ? { is: 'list', of: any } : any }
  const numbers = kinds.every((is) => is === 'int' || is === 'uint' || is === 'double') && kinds[0] === kinds[1]
  const refused = (sign === '%' && kinds[0] === 'double') || (nodes.length === 1 && kinds[0] === 'uint')
  if (numbers && !refused)
    return { ...result, type: kinds[0] === 'int' ? { is: 'int' } : left.type, chars: 32, items: 0 }
  if (sign === '+' && left.type.is === 'string' && right.type.is === 'string')
    return { ...result, type: { is: 'string' } }
  if (sign === '+' && left.type.is === 'bytes' && right.type.is === 'bytes') return { ...result, type: { is: 'bytes' } }
  if (sign === '+' && left.type.is === 'list' && right.type.is === 'list')
    return {
      ...result,
      type: left.items === 0 || left.type.of.is === 'any' ? right.type : joined(left.type, right.type),
    }
  const times = `${kinds.join(sign)}`
  if (/^(?:timestamp[-+]duration|duration\+timestamp)$/.test(times)) return { ...result, type: { is: 'timestamp' } }
  if (/^(?:duration[-+]duration|timestamp-timestamp)$/.test(times)) return { ...result, type: { is: 'duration' } }
  return check.fault(
    expr,
    'type',
    `${sign} does not work with ${[...new Set(nodes.map(({ type }) => textOf(type)))].join(' and ')}.`,
  )
}

const macros = new Set(['exists', 'all', 'exists_one', 'map', 'filter', 'has'])

const functionNode = (
  check: Check,
  expr: Expr,
  { function: name, target, args }: Call,
  nodes: Node[],
  cost: number,
): Node => {
  const shift = target ? 1 : 0
  const named = signatures.filter((signature) => signature.name === name)
  const known = named.filter(({ on }) => (on !== null) === (target !== undefined))
  if (known.length === 0) {
    const near = name === 'not' ? '!' : nearest(name, new Set([...signatures.map((each) => each.name), ...macros]))
    const message =
      named.length > 0
        ? `${name} is called ${target ? 'with its value in brackets' : 'behind a dot'}.`
        : `There is no function ${name}${near ? `; perhaps ${near}` : ''}.`
    return check.fault(expr, 'unknown_function', message, { suggestion: near === name ? null : near, shift })
  }
  const counted = known.filter(({ takes }) => takes.length === args.length)
  if (counted.length === 0)
    return check.fault(
      expr,
      'type',
      `${name} takes ${[...new Set(known.map(({ takes }) => takes.length))].join(' or ')} arguments, not ${args.length}.`,
      { shift },
    )
  const fitting = counted.find(({ on, takes }) =>
    [...(on === null ? [] : [on]), ...takes].every((takes, index) => fits(nodes[index]?.type ?? any, takes)),
  )
  if (!fitting)
    return check.fault(
      expr,
      'type',
      `${name} does not work with ${nodes.map(({ type }) => textOf(type)).join(' and ')}.`,
      { shift },
    )
  const literal = literalText(args[0])
  literalFault(check, fitting, args[0], literal)
  const charged = fitting.literal && literal !== null && fitting.literal(literal) ? 0 : fitting.costs(nodes, literal)
  return { ...fitting.gives(nodes), cost: cost + charged }
}

const literalFault = (check: Check, { name, literal }: Signature, arg: Expr | undefined, text: string | null) => {
  if (!literal || !arg) return
  if (text === null) {
    check.fault(
      arg,
      name === 'matches' ? 'pattern' : 'value',
      `${name} takes a text that stands here in quotes, so that it can be checked now.`,
    )
    return
  }
  const wrong = literal(text)
  if (wrong)
    check.fault(arg, name === 'matches' ? 'pattern' : 'value', wrong.fault, {
      suggestion: wrong.known ? nearest(text, wrong.known) : null,
    })
}

const macroText = (name: string) =>
  name === 'has'
    ? 'has asks for a field, such as has(arguments.path).'
    : `${name} takes a name and a condition, such as argv.${name}(word, word == "--force").`

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
