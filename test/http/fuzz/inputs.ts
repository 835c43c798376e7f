import fc from 'fast-check'
import type { Operation, Schema } from '../../support/openapi/document.ts'
import { type Ids, valid } from './values.ts'
import type { World } from './world.ts'

/** One request, as it goes over the wire. */
export interface Input {
  path: string
  headers: Record<string, string>
  body: string | Uint8Array<ArrayBuffer> | null
  /** What the body says, where it is JSON. */
  value?: unknown
}

const long = 'a'.repeat(5_000)
const strings = [
  '',
  ' ',
  '\0',
  'a\0b',
  '\ud800',
  '\udfff\ud800',
  '\u202eabc',
  '👩‍👩‍👧‍👦',
  '__proto__',
  'constructor',
  'toString',
  '..',
  '../../etc/passwd',
  '%2e%2e%2f',
  "' or 1=1 --",
  '%',
  '{{7*7}}',
  'NaN',
  'null',
  '-1',
  '1e309',
  '2026-13-45T99:99:99.999Z',
  '0000-01-01T00:00:00.000Z',
  '9999-12-31T23:59:59.999Z',
  '+275760-09-13T00:00:00.000Z',
  'agt_00000000000000000000000000',
  'agt_zzzzzzzzzzzzzzzzzzzzzzzzzz',
  long,
]
const numbers = [-1, 0, 1, 1.5, 1e21, Number.MAX_VALUE, 2 ** 31, 2 ** 53, 2 ** 53 + 2, -(2 ** 63), Number.MIN_VALUE]

const nested = (depth: number): unknown => {
  let value: unknown = 1
  for (let level = 0; level < depth; level++) value = level % 2 ? [value] : { a: value }
  return value
}
const polluted: unknown = JSON.parse('{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}')
const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(...strings),
  fc.constantFrom<unknown>(...numbers),
  fc.constantFrom<unknown>(null, true, [], {}, [[]], [null], polluted, nested(200), 'x'.repeat(100_000)),
  fc.jsonValue({ maxDepth: 3 }),
)

type Keys = (string | number)[]
/** Every place in a value. */
const placesOf = (value: unknown, here: Keys = []): Keys[] => {
  if (typeof value !== 'object' || value === null) return [here]
  return [here, ...Object.entries(value).flatMap(([key, inner]) => placesOf(inner, [...here, key]))]
}
type Change = { kind: 'put'; value: unknown } | { kind: 'drop' } | { kind: 'add'; key: string; value: unknown }

/** The value with one thing changed at a place. */
const changed = (value: unknown, [key, ...rest]: Keys, change: Change): unknown => {
  if (key === undefined) {
    if (change.kind === 'put') return change.value
    if (change.kind === 'drop' || typeof value !== 'object' || value === null || Array.isArray(value)) return null
    return Object.fromEntries([...Object.entries(value), [change.key, change.value]])
  }
  if (Array.isArray(value))
    return value.map((each, at) => (String(at) === String(key) ? changed(each, rest, change) : each))
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([name]) => !(name === key && rest.length === 0 && change.kind === 'drop'))
  return Object.fromEntries(kept.map(([name, field]) => [name, name === key ? changed(field, rest, change) : field]))
}

const change: fc.Arbitrary<Change> = fc.oneof(
  { weight: 4, arbitrary: hostile.map((value) => ({ kind: 'put' as const, value })) },
  fc.constant({ kind: 'drop' as const }),
  fc
    .tuple(fc.constantFrom('__proto__', 'constructor', 'unknown', 'id', 'organizationId', ''), hostile)
    .map(([key, value]) => ({ kind: 'add' as const, key, value })),
)

const damaged = (fitting: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fitting.chain((value) =>
    fc.tuple(fc.constantFrom(...placesOf(value)), change).map(([place, how]) => changed(value, place, how)),
  )

const bytes = (...values: number[]) => new Uint8Array(values)
/** Bodies that are no JSON, or none that anybody reads. */
const raw = fc.constantFrom<string | Uint8Array<ArrayBuffer>>(
  '',
  '{',
  '{"a":',
  '{"a":1}}',
  'null',
  '[]',
  '"text"',
  '0',
  'NaN',
  "{'a':1}",
  '{"a":1,"a":2}',
  '{"__proto__":{}}',
  '\ufeff{}',
  `${'['.repeat(50_000)}${']'.repeat(50_000)}`,
  `{"a":"${'x'.repeat(300_000)}"}`,
  bytes(0xff, 0xfe, 0x7b, 0x7d),
  bytes(0x7b, 0x22, 0xc3, 0x28, 0x22, 0x3a, 0x31, 0x7d),
  bytes(0),
)

const json = 'application/json'
const types = fc.oneof(
  { weight: 30, arbitrary: fc.constant(json) },
  fc.constantFrom(
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    'application/json; charset=utf-16',
    'application/jsonp',
    '',
    ';',
    'application/xml',
  ),
)
const keys = fc.oneof(
  { weight: 6, arbitrary: fc.constant(null) },
  fc.constantFrom('', ' ', 'a b', 'x'.repeat(256), '\t', 'same', 'same-2'),
)
const versions = fc.constantFrom(
  null,
  '"0"',
  '"1"',
  '"2"',
  'W/"1"',
  '*',
  '""',
  'abc',
  '"99999999999999999999"',
  '-1',
  '"1", "2"',
  "'1'",
)
const odd = fc.oneof(
  { weight: 8, arbitrary: fc.constant({}) },
  fc.constantFrom<Record<string, string>>(
    { 'last-event-id': 'x' },
    { 'last-event-id': '99999999999999999999' },
    { 'last-event-id': '-1' },
    { 'last-event-id': '1.5' },
    { traceparent: '00-0-0-0' },
    { 'x-request-id': '../../x' },
    { range: 'bytes=9-1' },
    { 'if-none-match': '*' },
    { accept: 'application/xml' },
    { 'accept-language': '*;q=x' },
    { origin: 'null' },
    { cookie: 'cb_access=x; cb_access=y; =; cb_csrf' },
    { 'content-encoding': 'gzip' },
    { 'x-forwarded-for': 'x'.repeat(2_000) },
    { 'x-http-method-override': 'DELETE' },
  ),
)

const fieldText = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

const pathPart = (schema: Schema, ids: Ids, name: string): fc.Arbitrary<string> =>
  fc.oneof(
    {
      weight: 6,
      arbitrary: valid(schema, ids).map((value) => encodeURIComponent(wellFormed(fieldText(value))) || '%20'),
    },
    fc.constantFrom(
      ...[
        '%00',
        '%2F..%2F',
        '%2e%2e',
        '%',
        '%zz',
        '%ff',
        '%F0%9F%98%80',
        '__proto__',
        long,
        '0',
        '-1',
        '1e3',
        'null',
        ' ',
        name.toUpperCase(),
        '%ED%A0%80',
        '1.0',
        '01',
        '99999999999999999999',
      ],
    ),
  )
/** A lone surrogate stands in no URL. */
const wellFormed = (value: string) => value.toWellFormed()

const queryPart = (
  { name, schema }: Operation['parameters'][number],
  { ids, cursors }: World,
): fc.Arbitrary<string> => {
  const fits = valid(schema, ids).map(fieldText)
  const own =
    name === 'cursor' && cursors.length > 0
      ? fc.oneof(
          fc.constantFrom(...cursors),
          fits,
          fc.constantFrom('e30', 'bnVsbA', 'W10', 'WzEsMl0', 'W251bGwsbnVsbF0'),
        )
      : fits
  const value = fc.oneof(
    { weight: 5, arbitrary: own },
    fc.constantFrom(...strings, 'Infinity', '0x10', '1e2', '٣', '1,2', 'true', '[]', '{}'),
  )
  const pair = value.map((text) => `${encodeURIComponent(name)}=${encodeURIComponent(wellFormed(text))}`)
  return fc.oneof(
    { weight: 8, arbitrary: pair },
    fc.tuple(pair, pair).map(([a, b]) => `${a}&${b}`),
    fc.constantFrom(`${name}`, `${name}=%`, `${name}=%ff`, `${name}[]=1`, `${name}[a]=1`),
  )
}

const queryOf = (operation: Operation, world: World): fc.Arbitrary<string> => {
  const taken = operation.parameters.filter((each) => each.in === 'query')
  const parts = taken.map((each) =>
    each.required ? queryPart(each, world) : fc.option(queryPart(each, world), { freq: 2, nil: null }),
  )
  const unknown = fc.oneof(
    { weight: 12, arbitrary: fc.constant(null) },
    fc.constantFrom('unknown=1', '__proto__=1', '__proto__[a]=1', 'limit=1', '&&', '='),
  )
  return fc.tuple(fc.tuple(...parts), unknown).map(([own, more]) => {
    const given = [...own, more].filter((part) => part !== null)
    return given.length > 0 ? `?${given.join('&')}` : ''
  })
}

const bodyOf = (operation: Operation, { ids }: World): fc.Arbitrary<Pick<Input, 'body' | 'value'>> => {
  const schema = operation.requestBody?.content[json]?.schema
  if (operation.method === 'GET') return fc.constant({ body: null })
  const said = (value: unknown) => ({ body: JSON.stringify(value), value })
  const none = fc.constant({ body: null })
  if (!schema)
    return fc.oneof(
      { weight: 6, arbitrary: none },
      raw.map((body) => ({ body })),
    )
  const fitting = valid(schema, ids)
  return fc.oneof(
    { weight: 5, arbitrary: fitting.map(said) },
    { weight: 5, arbitrary: damaged(fitting).map(said) },
    { weight: 2, arbitrary: raw.map((body) => ({ body })) },
    none,
  )
}

const pathOf = ({ path, parameters }: Operation, { ids }: World): fc.Arbitrary<string> => {
  const taken = parameters.filter((each) => each.in === 'path')
  return fc
    .tuple(...taken.map(({ schema, name }) => pathPart(schema, ids, name)))
    .map((parts) => taken.reduce((so, { name }, at) => so.replace(`{${name}}`, () => parts[at] ?? ''), path))
}

/** Requests for an operation: some right, most with something wrong about them. */
export const inputs = (operation: Operation, world: World): fc.Arbitrary<Input> =>
  fc
    .tuple(pathOf(operation, world), queryOf(operation, world), bodyOf(operation, world), types, keys, versions, odd)
    .map(([path, query, { body, ...said }, type, key, version, more]) => ({
      path: `${path}${query}`,
      body,
      ...said,
      headers: {
        ...(body !== null && { 'content-type': type }),
        ...(key !== null && operation.method !== 'GET' && { 'idempotency-key': key }),
        ...(version !== null && { 'if-match': version }),
        ...more,
      },
    }))

/** A request as it is documented, nothing wrong about it. */
export const rightInputs = (operation: Operation, world: World): fc.Arbitrary<Input> => {
  const { ids } = world
  const schema = operation.requestBody?.content[json]?.schema
  const parts = (where: string) => operation.parameters.filter((each) => each.in === where)
  const chosen = (where: string) =>
    fc.tuple(
      ...parts(where).map(({ name, schema: of, required }) =>
        (required ? valid(of, ids) : fc.option(valid(of, ids), { freq: 1, nil: undefined })).map(
          (value) => [name, value] as const,
        ),
      ),
    )
  const body = schema && operation.method !== 'GET' ? valid(schema, ids).map((value) => ({ value })) : fc.constant(null)
  return fc
    .tuple(chosen('path'), chosen('query'), body, fc.constantFrom('"0"', '"1"', '"2"'))
    .map(([path, query, said, version]) => {
      const text = new URLSearchParams()
      for (const [name, value] of query) if (value !== undefined) text.set(name, fieldText(value))
      return {
        path: `${path.reduce((so, [name, value]) => so.replace(`{${name}}`, () => encodeURIComponent(wellFormed(fieldText(value)))), operation.path)}${text.size > 0 ? `?${text}` : ''}`,
        headers: { 'if-match': version, ...(said && { 'content-type': json }) },
        body: said ? JSON.stringify(said.value) : null,
        ...(said ?? {}),
      }
    })
}
