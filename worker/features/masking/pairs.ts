import { isSecretField } from './detect/named.ts'

/** A list that has names and values in fields of their own: variables, headers, options. */
const names = ['name', 'key', 'header', 'variable', 'field']
const values = new Set(['value', 'values', 'val'])

/** The name that a record gives to what stands in its `value`, where that name is one of a secret; null otherwise. */
export const secretNameOf = (record: object): string | null => {
  for (const [key, held] of Object.entries(record))
    if (names.includes(key.toLowerCase()) && typeof held === 'string' && isSecretField(held)) return held
  return null
}

/** Whether a field of such a record has its value. */
export const isValueField = (key: string): boolean => values.has(key.toLowerCase())

/** A pair of a secret's name and its value, as a list of headers has them. */
export const isSecretPair = (held: unknown): held is [string, string] =>
  Array.isArray(held) &&
  held.length === 2 &&
  typeof held[0] === 'string' &&
  typeof held[1] === 'string' &&
  isSecretField(held[0])
