import { costMax, rootNodes } from './bounds.ts'
import { callNode } from './check-calls.ts'
import type { Check, Scope } from './checking.ts'
import type { ConditionCheck, ConditionFault } from './contract.ts'
import { argumentEntriesMax } from './contract.ts'
import { type Expr, type Parsed, parseCondition } from './parse.ts'
import { nearest } from './suggest.ts'
import { any, joined, type Node, pathOf, type Type, textOf } from './types.ts'

export interface Checked {
  check: ConditionCheck
  /** Null where there are faults. */
  tree: { expr: Expr; types: ReadonlyMap<bigint, Type> } | null
}

const unknown: Node = { type: any, chars: 0, items: 0, cost: 1 }

/** Everything that can be said of a condition without a request. Never throws. */
export const checkCondition = (text: string): Checked => {
  const parsed = parseCondition(text)
  if (!parsed.ok) return { check: answer([parsed.fault], [], null, []), tree: null }
  const { expr } = parsed.parsed
  const faults: ConditionFault[] = []
  const warnings: ConditionFault[] = []
  const variables = new Set<string>()
  const types = new Map<bigint, Type>()
  const found =
    (into: ConditionFault[]): Check['fault'] =>
    (at, code, message, { suggestion = null, shift = 0 } = {}) => {
      // An operator's place is told with the blanks before it.
      const place = parsed.parsed.offsetOf(at.id) + shift
      const offset = place + (/^\s*/.exec(text.slice(place))?.[0].length ?? 0)
      into.push({ code, message, offset, suggestion })
      return unknown
    }
  const check: Check = {
    fault: found(faults),
    warn: found(warnings),
    node: (part, scope) => {
      const node = nodeOf(check, variables, part, scope)
      types.set(part.id, node.type)
      return node
    },
  }
  const { type, cost } = check.node(expr, { names: rootNodes, guarded: new Set() })
  if (faults.length === 0) requireBool(check, expr, type)
  const steps = faults.length === 0 ? Math.ceil(cost) : null
  if (steps !== null && steps > costMax) faults.push(tooCostly(parsed.parsed, steps))
  return {
    check: answer(faults, warnings, steps, [...variables].sort()),
    tree: faults.length === 0 ? { expr, types } : null,
  }
}

const answer = (faults: ConditionFault[], warnings: ConditionFault[], cost: number | null, variables: string[]) => ({
  ...{ ok: faults.length === 0, faults, warnings, cost, costMax, variables },
})

const tooCostly = ({ expr, offsetOf }: Parsed, steps: number): ConditionFault => ({
  code: 'too_costly',
  message: `In the worst case this takes ${steps} steps; ${costMax} are allowed.`,
  offset: offsetOf(expr.id),
  suggestion: null,
})

const requireBool = (check: Check, expr: Expr, type: Type) => {
  if (type.is === 'any') check.fault(expr, 'type', 'This may be anything: compare it, for example with == true.')
  else if (type.is !== 'bool') check.fault(expr, 'type', `A condition is true or false; this is ${textOf(type)}.`)
}

const nodeOf = (check: Check, variables: Set<string>, expr: Expr, scope: Scope): Node => {
  const { exprKind } = expr
  switch (exprKind.case) {
    case 'constExpr':
      return constantNode(check, expr, exprKind.value.constantKind)
    case 'identExpr':
      return nameNode(check, variables, expr, exprKind.value.name, scope)
    case 'selectExpr':
      return selectNode(check, variables, expr, exprKind.value, scope)
    case 'callExpr':
      return callNode(check, expr, exprKind.value, scope)
    case 'listExpr': {
      const nodes = exprKind.value.elements.map((element) => check.node(element, scope))
      return collected('list', nodes)
    }
    case 'structExpr': {
      if (exprKind.value.messageName) return check.fault(expr, 'unknown_name', 'There are no messages here, only maps.')
      const entries = exprKind.value.entries.flatMap(({ keyKind, value }) =>
        keyKind.case === 'mapKey' && value ? [keyKind.value, value] : [],
      )
      return collected(
        'map',
        entries.map((entry) => check.node(entry, scope)),
      )
    }
    case 'comprehensionExpr':
      return loopNode(check, expr, exprKind.value, scope)
    default:
      return check.fault(expr, 'syntax', 'This is not an expression.')
  }
}

type Kinds = Extract<Expr['exprKind'], { case: 'constExpr' }>['value']['constantKind']
type Select = Extract<Expr['exprKind'], { case: 'selectExpr' }>['value']
type Loop = Extract<Expr['exprKind'], { case: 'comprehensionExpr' }>['value']

const constantNode = (check: Check, expr: Expr, kind: Kinds): Node => {
  const of = (type: Type, chars = 32): Node => ({ type, chars, items: 0, cost: 1 })
  if (kind.case === 'stringValue') return of({ is: 'string' }, kind.value.length)
  if (kind.case === 'bytesValue') return of({ is: 'bytes' }, kind.value.length)
  if (kind.case === 'boolValue') return of({ is: 'bool' })
  if (kind.case === 'doubleValue') return of({ is: 'double' })
  if (kind.case === 'nullValue') return of({ is: 'null' })
  if (kind.case === 'int64Value')
    return BigInt.asIntN(64, kind.value) === kind.value
      ? of({ is: 'int' })
      : check.fault(expr, 'value', 'This number does not fit into 64 bits.')
  if (kind.case === 'uint64Value')
    return BigInt.asUintN(64, kind.value) === kind.value
      ? of({ is: 'uint' })
      : check.fault(expr, 'value', 'This number does not fit into 64 bits.')
  return check.fault(expr, 'value', 'Such a constant cannot be written here.')
}

const nameNode = (check: Check, variables: Set<string>, expr: Expr, name: string, { names, guarded }: Scope): Node => {
  const node = names.get(name)
  if (!node) {
    const near = nearest(name, names.keys())
    return check.fault(expr, 'unknown_name', unknownText(name, near), { suggestion: near })
  }
  if (names.get(name) === rootNodes.get(name) && node.type.is !== 'type' && node.type.is !== 'record')
    variables.add(name)
  return guarded.has(name) && node.type.is === 'int' ? { ...node, type: { is: 'int', mayBeNull: false } } : node
}

const unknownText = (name: string, near: string | null) =>
  near === null ? `There is nothing called ${name}.` : `There is nothing called ${name}; perhaps ${near}.`

const selectNode = (check: Check, variables: Set<string>, expr: Expr, select: Select, scope: Scope): Node => {
  const { operand, field, testOnly } = select
  if (!operand) return check.fault(expr, 'syntax', 'A field of nothing.')
  const of = check.node(operand, scope)
  const cost = of.cost + 1
  if (of.type.is === 'record') {
    const node = of.type.fields.get(field)
    if (!node) {
      const near = nearest(field, of.type.fields.keys())
      return check.fault(expr, 'unknown_field', unknownText(`${of.type.name}.${field}`, near), {
        suggestion: near,
        shift: 1,
      })
    }
    variables.add(`${of.type.name}.${field}`)
    return testOnly ? { ...node, type: { is: 'bool' }, cost } : { ...node, cost }
  }
  if (of.type.is !== 'map' && of.type.is !== 'any')
    return check.fault(expr, 'unknown_field', `${textOf(of.type)} has no fields.`, { shift: 1 })
  if (testOnly) return { type: { is: 'bool' }, chars: 32, items: 0, cost }
  const path = pathOf(expr)
  if (path === null || !scope.guarded.has(path))
    check.warn(
      expr,
      'may_be_absent',
      `Where ${path ?? field} is absent the request is refused; has(${path ?? `….${field}`}) asks first.`,
    )
  return { type: of.type.is === 'map' ? of.type.of : any, chars: of.chars, items: argumentEntriesMax, cost }
}

const collected = (is: 'list' | 'map', nodes: Node[]): Node => ({
  type: {
    is,
    of:
      is === 'map'
        ? any
        : (nodes.map(({ type }) => type).reduce<Type | null>((a, b) => (a ? joined(a, b) : b), null) ?? any),
  },
  chars: nodes.reduce((sum, { chars }) => sum + chars, 0),
  items: nodes.length,
  cost: nodes.reduce((sum, { cost }) => sum + cost, 1),
})

/** `exists`, `all`, `filter` and their like, as the parser unfolds them: the body runs once for each entry. */
const loopNode = (check: Check, expr: Expr, loop: Loop, scope: Scope): Node => {
  const { accuInit, accuVar, iterRange, iterVar, loopCondition, loopStep, result } = loop
  if (!accuInit || !iterRange || !loopCondition || !loopStep || !result)
    return check.fault(expr, 'syntax', 'This loop is not complete.')
  const range = check.node(iterRange, scope)
  if (range.type.is !== 'list' && range.type.is !== 'map' && range.type.is !== 'any')
    return check.fault(iterRange, 'type', `Only a list or a map has entries; this is ${textOf(range.type)}.`)
  const items = Math.max(1, range.items)
  const entry: Node = {
    type: range.type.is === 'list' ? range.type.of : range.type.is === 'map' ? { is: 'string' } : any,
    // On average: what is linear in the text costs the same whichever entry the text stands in.
    chars: range.chars / items,
    items: range.type.is === 'list' && range.type.of.is === 'string' ? 0 : range.items,
    cost: 1,
  }
  const start = check.node(accuInit, scope)
  const gathers = start.type.is === 'list'
  const gathered = gathers ? { ...start, chars: range.chars, items } : start
  const names = new Map(scope.names).set(iterVar, entry).set(accuVar, gathered)
  const guarded = new Set([...scope.guarded].filter((path) => path.split('.')[0] !== iterVar))
  const condition = check.node(loopCondition, { names, guarded })
  const step = check.node(loopStep, { names, guarded })
  const type = gathers && step.type.is === 'list' ? step.type : start.type
  const done = check.node(result, { names: new Map(names).set(accuVar, { ...gathered, type }), guarded })
  // A list that grows entry by entry is a chain that is walked again for each of them.
  const growing = gathers ? (items * items) / 10 : 0
  const chars = gathers ? Math.max(range.chars, step.chars) : done.chars
  return {
    ...{ type: done.type, chars, items: gathers ? items : done.items },
    cost: range.cost + start.cost + items * (condition.cost + step.cost + 2) + growing + done.cost,
  }
}
