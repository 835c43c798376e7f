import { z } from 'zod'
import { Problem } from '../../../worker/platform/contract.ts'
import type { Operation, Schema } from './document.ts'

/**
 * As zod may read it: without expressions that it would not read as Unicode, as JSON Schema does. `asClosed`: with nothing
 * that the document does not name; what an answer has beyond it is a leak, or a gap in the document.
 */
const readable = ({ pattern, ...schema }: Schema, asClosed: boolean): Schema => {
  const { properties, additionalProperties, items, anyOf, oneOf } = schema
  const inner = (each: Schema) => readable(each, asClosed)
  return {
    ...schema,
    ...(pattern !== undefined && !pattern.includes('\\p{') && { pattern }),
    ...(properties && {
      ...(asClosed && { additionalProperties: additionalProperties ?? false }),
      properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, inner(field)])),
    }),
    ...(items && { items: inner(items) }),
    ...(anyOf && { anyOf: anyOf.map(inner) }),
    ...(oneOf && { oneOf: oneOf.map(inner) }),
  }
}

const read = new WeakMap<Schema, z.ZodType>()
const JsonSchema = z.custom<Parameters<typeof z.fromJSONSchema>[0]>((value) => typeof value === 'object')
/** A documented schema as zod reads it back from the document. */
const readerOf = (schema: Schema, { asClosed }: { asClosed: boolean }): z.ZodType => {
  const known = read.get(schema)
  if (known) return known
  const reader = z.fromJSONSchema(JsonSchema.parse(readable(schema, asClosed)))
  read.set(schema, reader)
  return reader
}

/** Whether a body is one that the document describes. */
export const isFitting = ({ requestBody }: Operation, value: unknown): boolean => {
  const schema = requestBody?.content['application/json']?.schema
  return schema === undefined || readerOf(schema, { asClosed: false }).safeParse(value).success
}

/** What is wrong with an answer; empty when nothing is. */
export const faultsOf = async (operation: Operation, answer: Response): Promise<string[]> => {
  const { status } = answer
  const type = answer.headers.get('content-type')?.split(';')[0] ?? ''
  const documented = operation.responses[String(status)] ?? (status >= 400 ? operation.responses.default : undefined)
  if (!documented) return [`status ${status} is not documented`]
  const types = Object.keys(documented.content)
  if (types.length === 0) {
    const text = await answer.text()
    return text === '' ? [] : [`${status} has a body that is not documented`]
  }
  const schema = documented.content[type]?.schema
  if (!(type in documented.content)) return [`${status} is of type ${type}, documented ${types.join()}`]
  if (type === 'text/event-stream' || !schema || !type.includes('json') || type.includes('x-ndjson')) {
    await answer.body?.cancel()
    return []
  }
  const body: unknown = await answer.json()
  const { error } = readerOf(schema, { asClosed: true }).safeParse(body)
  const unlike = (error?.issues ?? []).map(({ path, message }) => `${status} at ${path.join('.')}: ${message}`)
  return [...unlike, ...(type === 'application/problem+json' ? problemFaults(status, Problem.parse(body)) : [])]
}

const problemFaults = (status: number, { status: told, errors, code }: Problem): string[] => [
  ...(told === status ? [] : [`says ${told} and is ${status}`]),
  ...((status === 400 || status === 422) && !errors?.length ? [`${status} ${code} names no path`] : []),
  ...(status >= 500 && status !== 501 && status !== 503 ? [`${status} ${code}`] : []),
]
