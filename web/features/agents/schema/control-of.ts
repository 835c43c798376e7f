import type { ConfigSchema } from '../../../../worker/features/connectors/link/questions/contract.ts'
import { isTree } from '../draft/entry.ts'

/** How a value is asked of a person, by what the gateway's schema says of it. */
export type Control =
  | { kind: 'text'; minLength: number; maxLength: number; pattern: string | null }
  | { kind: 'number'; isInteger: boolean; min: number; max: number }
  | { kind: 'switch' }
  | { kind: 'choice'; values: readonly string[] }
  | { kind: 'list'; choices: readonly string[] | null }
  /** Values under names that the schema knows. */
  | { kind: 'group' }
  /** Values under names that whoever writes the configuration chooses. */
  | { kind: 'map' }
  /** Anything else is written as JSON5. */
  | { kind: 'json' }

type Node = Pick<ConfigSchema, 'schema' | 'children'>

export const controlOf = ({ schema, children }: Node): Control => {
  const choices = choicesOf(schema)
  if (choices) return { kind: 'choice', values: choices }
  if (children.length > 0 && schema.type !== 'array')
    return children.every(({ key }) => key === '*') ? { kind: 'map' } : { kind: 'group' }
  switch (schema.type) {
    case 'boolean':
      return { kind: 'switch' }
    case 'string':
      return {
        kind: 'text',
        minLength: numberOr(schema.minLength, 0),
        maxLength: numberOr(schema.maxLength, 20_000),
        pattern: typeof schema.pattern === 'string' ? schema.pattern : null,
      }
    case 'number':
    case 'integer':
      return {
        kind: 'number',
        isInteger: schema.type === 'integer',
        min: numberOr(schema.minimum, Number.NEGATIVE_INFINITY),
        max: numberOr(schema.maximum, Number.POSITIVE_INFINITY),
      }
    case 'array':
      return listOf(schema.items, children)
    default:
      return { kind: 'json' }
  }
}

/** What is not right with a value, as a key of the catalogue; null when a person may send it. */
export type Fault = 'integer' | 'number' | 'low' | 'high' | 'short' | 'long' | 'pattern' | 'choice'
export const faultOf = (control: Control, value: unknown): Fault | null => {
  if (value === undefined) return null
  if (control.kind === 'number') {
    if (typeof value !== 'number' || !Number.isFinite(value)) return 'number'
    if (control.isInteger && !Number.isInteger(value)) return 'integer'
    return value < control.min ? 'low' : value > control.max ? 'high' : null
  }
  if (control.kind === 'choice') return control.values.some((one) => one === value) ? null : 'choice'
  if (control.kind !== 'text' || typeof value !== 'string') return null
  if (value.length < control.minLength) return 'short'
  if (value.length > control.maxLength) return 'long'
  return control.pattern !== null && !matches(control.pattern, value) ? 'pattern' : null
}

/** The schema's path of a path below an agent's entry: names that people choose stand as `*`. */
export const schemaPath = (path: readonly string[]): string => ['agents', 'entries', '*', ...path].join('.')

const choicesOf = (schema: unknown): string[] | null => {
  if (!isTree(schema)) return null
  if (Array.isArray(schema.enum)) return allTexts(schema.enum)
  const options = schema.anyOf ?? schema.oneOf
  return Array.isArray(options) ? allTexts(options.map((one) => (isTree(one) ? one.const : undefined))) : null
}

const allTexts = (values: readonly unknown[]): string[] | null => {
  const texts = values.filter((value) => typeof value === 'string')
  return texts.length > 0 && texts.length === values.length ? texts : null
}

const listOf = (items: unknown, children: Node['children']): Control => {
  const isText = isTree(items)
    ? items.type === 'string'
    : children.some(({ key, type }) => key === '*' && type === 'string')
  const choices = choicesOf(items)
  return isText || choices ? { kind: 'list', choices } : { kind: 'json' }
}

const numberOr = (value: unknown, otherwise: number) => (typeof value === 'number' ? value : otherwise)

/** A pattern that this browser does not understand is left to the gateway to judge. */
const matches = (pattern: string, value: string): boolean => {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    return true
  }
}
