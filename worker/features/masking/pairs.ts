import { isSecretField } from './detect/named.ts'

/** A list that has names and values in fields of their own: variables, headers, options. */
const names = new Set(['name', 'key', 'header', 'variable', 'field'])
const values = new Set(['value', 'values', 'val'])

/** Whether a field of a record may say the name of what stands in its `value`. */
export const isNameField = (key: string): boolean => names.has(key.toLowerCase())

/** Whether a field of such a record has its value. */
export const isValueField = (key: string): boolean => values.has(key.toLowerCase())

/** A pair of a secret's name and its value, as a list of headers has them. */
export const isSecretPair = (held: unknown): held is [string, string] =>
  Array.isArray(held) &&
  held.length === 2 &&
  typeof held[0] === 'string' &&
  typeof held[1] === 'string' &&
  isSecretField(held[0])
