import fc from 'fast-check'
import { type IdPrefix, idPrefixes } from '../../../worker/platform/contract.ts'
import { newId } from '../../../worker/platform/ids.ts'
import type { Schema } from '../../support/openapi/document.ts'

/** Ids by their prefix. */
export type Ids = ReadonlyMap<string, readonly string[]>

/** The prefix of the ids that a schema takes; null for one of anything else. */
export const prefixOf = ({ pattern }: Schema): IdPrefix | null => {
  const named = /^\^([a-z]{3})_\[0-9a-hjkmnp-tv-z\]\{26\}\$$/.exec(pattern ?? '')?.[1]
  return idPrefixes.find((prefix) => prefix === named) ?? null
}

const urls = [
  'https://receiver.example/hook',
  'https://127.0.0.1/',
  'http://[::1]:1/',
  'ftp://receiver.example',
  'javascript:alert(1)',
]
const moment = fc
  .date({ min: new Date('2025-01-01'), max: new Date('2027-12-31'), noInvalidDate: true })
  .map((date) => date.toISOString())

const matched = new Map<string, fc.Arbitrary<string>>()
/** Made once for each pattern: to make one costs more than to take a string of it. */
const matching = (pattern: string): fc.Arbitrary<string> => {
  const known = matched.get(pattern) ?? fc.stringMatching(new RegExp(pattern, 'u'))
  matched.set(pattern, known)
  return known
}

const text = (schema: Schema, ids: Ids): fc.Arbitrary<string> => {
  const { pattern, format, minLength = 0, maxLength = 200 } = schema
  const prefix = prefixOf(schema)
  if (prefix) {
    const known = ids.get(prefix) ?? []
    const unknown = fc.constant(null).map(() => newId(prefix))
    return known.length > 0 ? fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...known) }, unknown) : unknown
  }
  if (pattern !== undefined) {
    const length = { minLength, maxLength: Math.min(maxLength, minLength + 100) }
    return matching(pattern).filter((made) => made.length >= length.minLength && made.length <= length.maxLength)
  }
  if (format === 'date-time') return moment
  if (format === 'date') return moment.map((at) => at.slice(0, 10))
  if (format === 'uri') return fc.constantFrom(...urls)
  if (format === 'email') return fc.nat(9_999).map((n) => `somebody-${n}@example.test`)
  if (format === 'uuid') return fc.uuid({ version: 4 })
  const words = fc.constantFrom('main', 'deploy', 'AGENTS.md', '* * * * *', 'UTC', 'true', 'risk == "high"')
  const any = fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, minLength + 30) })
  return fc.oneof(
    any,
    words.filter((word) => word.length >= minLength && word.length <= maxLength),
  )
}

const number = (schema: Schema): fc.Arbitrary<number> => {
  const min = Math.ceil(schema.minimum ?? (schema.exclusiveMinimum ?? -2_000_000) + 1)
  const max = Math.floor(schema.maximum ?? (schema.exclusiveMaximum ?? 2_000_001) - 1)
  return fc.integer({ min, max: Math.max(min, max) })
}

const record = (schema: Schema, ids: Ids): fc.Arbitrary<unknown> => {
  const { properties = {}, required = [], additionalProperties } = schema
  const fields = fc.record(
    Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, valid(field, ids)])),
    { requiredKeys: required },
  )
  if (typeof additionalProperties !== 'object') return fields
  const more = fc.dictionary(fc.string({ minLength: 1, maxLength: 12 }), valid(additionalProperties, ids), {
    maxKeys: 3,
  })
  return fc.tuple(more, fields).map(([rest, own]) => ({ ...rest, ...own }))
}

const ofType = (type: string, schema: Schema, ids: Ids): fc.Arbitrary<unknown> => {
  if (type === 'null') return fc.constant(null)
  if (type === 'boolean') return fc.boolean()
  if (type === 'string') return text(schema, ids)
  if (type === 'integer') return number(schema)
  if (type === 'number')
    return fc.oneof(
      number(schema),
      number(schema).map((n) => n + 0),
    )
  if (type === 'object') return record(schema, ids)
  const { items = {}, minItems = 0, maxItems = minItems + 3 } = schema
  return fc.array(valid(items, ids), { minLength: minItems, maxLength: Math.min(maxItems, minItems + 3) })
}

/** Values that fit a schema, preferring ids that exist. */
export const valid = (schema: Schema, ids: Ids): fc.Arbitrary<unknown> => {
  if ('const' in schema) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const either = schema.anyOf ?? schema.oneOf
  if (either) return fc.oneof(...either.map((one) => valid(one, ids)))
  const types = [schema.type ?? []].flat()
  if (types.length === 0) return fc.jsonValue({ maxDepth: 2 })
  return fc.oneof(...types.map((type) => ofType(type, schema, ids)))
}
