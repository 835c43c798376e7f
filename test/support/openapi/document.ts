import { z } from 'zod'

/** As much of JSON Schema as the document uses. */
export type Schema = {
  type?: string | string[] | undefined
  enum?: unknown[] | undefined
  const?: unknown
  anyOf?: Schema[] | undefined
  oneOf?: Schema[] | undefined
  properties?: Record<string, Schema> | undefined
  required?: string[] | undefined
  additionalProperties?: boolean | Schema | undefined
  items?: Schema | undefined
  minItems?: number | undefined
  maxItems?: number | undefined
  minLength?: number | undefined
  maxLength?: number | undefined
  pattern?: string | undefined
  format?: string | undefined
  minimum?: number | undefined
  maximum?: number | undefined
  exclusiveMinimum?: number | undefined
  exclusiveMaximum?: number | undefined
}
const Schema: z.ZodType<Schema> = z.lazy(() =>
  z.strictObject({
    type: z.union([z.string(), z.array(z.string())]).optional(),
    enum: z.array(z.unknown()).optional(),
    const: z.unknown().optional(),
    anyOf: z.array(Schema).optional(),
    oneOf: z.array(Schema).optional(),
    properties: z.record(z.string(), Schema).optional(),
    required: z.array(z.string()).optional(),
    additionalProperties: z.union([z.boolean(), Schema]).optional(),
    items: Schema.optional(),
    minItems: z.number().optional(),
    maxItems: z.number().optional(),
    minLength: z.number().optional(),
    maxLength: z.number().optional(),
    pattern: z.string().optional(),
    format: z.string().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
    exclusiveMinimum: z.number().optional(),
    exclusiveMaximum: z.number().optional(),
    default: z.unknown().optional(),
    description: z.string().optional(),
  }),
)

const Content = z.record(z.string(), z.object({ schema: Schema.optional() })).default({})
const Operation = z.object({
  security: z.array(z.record(z.string(), z.array(z.string()))).optional(),
  parameters: z
    .array(z.object({ name: z.string(), in: z.string(), required: z.boolean().default(false), schema: Schema }))
    .default([]),
  requestBody: z.object({ content: Content }).optional(),
  responses: z.record(z.string(), z.object({ content: Content })),
})
const Document = z.object({ paths: z.record(z.string(), z.record(z.string(), Operation)) })

const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const
export interface Operation extends z.infer<typeof Operation> {
  method: (typeof methods)[number]
  path: string
  name: string
}

/** Every operation of our own document, as anybody who reads it finds them. */
export const operationsOf = async (ask: (path: string) => Promise<Response>): Promise<Operation[]> => {
  const { paths } = Document.parse(await (await ask('/api/openapi.json')).json())
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([verb, operation]) => {
      const method = z.enum(methods).parse(verb.toUpperCase())
      return { ...operation, method, path, name: `${method} ${path}` }
    }),
  )
}
