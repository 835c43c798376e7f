import type { Expr } from './parse.ts'

/** The types of CEL as far as conditions have them. `any`: known only when a request is there. */
export type Type =
  | { is: 'string'; values?: readonly string[] }
  /** `mayBeNull: false`: it may, but a guard beside it has asked. */
  | { is: 'int'; mayBeNull?: boolean }
  | { is: 'bool' | 'uint' | 'double' | 'bytes' | 'null' | 'timestamp' | 'duration' | 'type' | 'any' }
  | { is: 'list'; of: Type }
  | { is: 'map'; of: Type }
  | { is: 'record'; name: string; fields: ReadonlyMap<string, Node> }

/** What is known of a part of a condition before there is a request: its type, and how much it can be and cost. */
export interface Node {
  type: Type
  /** Text of the value at most, of all entries together; UTF-16 units. */
  chars: number
  /** Entries at most. */
  items: number
  /** Steps to evaluate it once, at most. */
  cost: number
}

export const any: Type = { is: 'any' }

export const textOf = (type: Type): string => {
  if (type.is === 'list') return type.of.is === 'any' ? 'a list' : `a list of ${type.of.is}`
  if (type.is === 'map') return 'a map'
  if (type.is === 'record') return `all of ${type.name}`
  return type.is === 'null' ? 'null' : type.is
}

const isNumber = (type: Type) => type.is === 'int' || type.is === 'uint' || type.is === 'double'

/** Whether two values can be equal at all: CEL compares numbers across their types, and anything with `any`. */
export const comparable = (a: Type, b: Type): boolean => {
  if (a.is === 'any' || b.is === 'any') return true
  if (a.is === 'null' || b.is === 'null') return mayBeNull(a) && mayBeNull(b)
  if (isNumber(a) && isNumber(b)) return true
  if (a.is === 'list' && b.is === 'list') return comparable(a.of, b.of)
  return a.is === b.is && a.is !== 'record'
}

const mayBeNull = (type: Type) => type.is === 'null' || (type.is === 'int' && type.mayBeNull !== undefined)

/** Whether one comes before the other. */
export const ordered = (a: Type, b: Type): boolean => {
  if (a.is === 'any' || b.is === 'any') return true
  if (isNumber(a) && isNumber(b)) return true
  return a.is === b.is && ['string', 'bool', 'bytes', 'timestamp', 'duration'].includes(a.is)
}

/** What both are. */
export const joined = (a: Type, b: Type): Type => {
  if (a.is === 'list' && b.is === 'list') return { is: 'list', of: joined(a.of, b.of) }
  if (a.is === 'string' && b.is === 'string') return { is: 'string' }
  return a.is === b.is && a.is !== 'record' && a.is !== 'map' ? a : any
}

/** `agent.name` of the tree that says so; null for what is not a plain path of names. */
export const pathOf = (expr: Expr | undefined): string | null => {
  if (expr?.exprKind.case === 'identExpr') return expr.exprKind.value.name
  if (expr?.exprKind.case !== 'selectExpr') return null
  const parent = pathOf(expr.exprKind.value.operand)
  return parent === null ? null : `${parent}.${expr.exprKind.value.field}`
}

/** The text that a literal is; null for anything else. */
export const literalText = (expr: Expr | undefined): string | null =>
  expr?.exprKind.case === 'constExpr' && expr.exprKind.value.constantKind.case === 'stringValue'
    ? expr.exprKind.value.constantKind.value
    : null
