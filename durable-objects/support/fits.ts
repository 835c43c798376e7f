import { z } from 'zod'

type Fits = (value: unknown) => boolean

/**
 * Whether a value of JSON is already what a schema would make of it: within all its bounds, its names in the schema's order
 * and none beside them. What fits need not be parsed, which copies all of it at some length; whatever does
 * not, only parsing can judge.
 */
export const fits = <S extends z.ZodType>(schema: S): ((value: unknown) => value is z.output<S>) => {
  const isFit = fitsOf(schema)
  return (value): value is z.output<S> => isFit(value)
}

const fitsOf = (schema: z.core.$ZodType): Fits => {
  const isOfKind = kindOf(schema)
  const checks = (schema._zod.def.checks ?? []).map(checkOf)
  return checks.length === 0 ? isOfKind : (value) => isOfKind(value) && checks.every((check) => check(value))
}

/** Of a kind or a check that is not known here nothing fits. */
const nothing: Fits = () => false

const kindOf = (schema: z.core.$ZodType): Fits => {
  if (schema instanceof z.core.$ZodObject) return object(schema)
  if (schema instanceof z.core.$ZodArray) return array(schema)
  if (schema instanceof z.core.$ZodUnion && !(schema instanceof z.core.$ZodXor)) return union(schema)
  if (schema instanceof z.core.$ZodNullable) return nullable(schema)
  // JSON holds nothing that is undefined: where a name stands, neither absence nor a default is meant.
  if (schema instanceof z.core.$ZodOptional || schema instanceof z.core.$ZodDefault)
    return fitsOf(schema._zod.def.innerType)
  if (schema instanceof z.core.$ZodLiteral || schema instanceof z.core.$ZodEnum) return oneOf(schema._zod.values)
  if (schema instanceof z.core.$ZodISODateTime) return matching(schema._zod.def.pattern)
  if (schema instanceof z.core.$ZodStringFormat || schema instanceof z.core.$ZodNumberFormat) return nothing
  if (schema instanceof z.core.$ZodString) return (value) => typeof value === 'string'
  if (schema instanceof z.core.$ZodNumber) return Number.isFinite
  if (schema instanceof z.core.$ZodBoolean) return (value) => typeof value === 'boolean'
  return nothing
}

const checkOf = (check: z.core.$ZodCheck<never>): Fits => {
  if (check instanceof z.core.$ZodCheckMaxLength) return lengthWithin(0, check._zod.def.maximum)
  if (check instanceof z.core.$ZodCheckMinLength) return lengthWithin(check._zod.def.minimum, Number.POSITIVE_INFINITY)
  if (check instanceof z.core.$ZodCheckNumberFormat && check._zod.def.format === 'safeint') return Number.isSafeInteger
  if (check instanceof z.core.$ZodCheckGreaterThan) return above(check._zod.def)
  return nothing
}

const object = (schema: z.core.$ZodObject): Fits => {
  const fields = Object.entries(schema._zod.def.shape).map(([name, field]) => ({
    name,
    isFit: fitsOf(field),
    isOptional: field instanceof z.core.$ZodOptional,
  }))
  return (value) => {
    if (!isRecord(value)) return false
    let at = 0
    for (const name in value) {
      while (fields[at]?.isOptional && fields[at]?.name !== name) at += 1
      const field = fields[at]
      if (field?.name !== name || !field.isFit(value[name])) return false
      at += 1
    }
    while (fields[at]?.isOptional) at += 1
    return at === fields.length
  }
}

const array = (schema: z.core.$ZodArray): Fits => {
  const isFit = fitsOf(schema._zod.def.element)
  return (value) => Array.isArray(value) && value.every(isFit)
}

/** Without a field that tells them apart, what fits a later one might be parsed by the first. */
const union = (schema: z.core.$ZodUnion): Fits => {
  const { options } = schema._zod.def
  if (!(schema instanceof z.core.$ZodDiscriminatedUnion)) return options[0] ? fitsOf(options[0]) : nothing
  const { discriminator } = schema._zod.def
  const byValue = new Map<unknown, Fits>()
  for (const option of options)
    for (const value of option._zod.propValues?.[discriminator] ?? []) byValue.set(value, fitsOf(option))
  return (value) => isRecord(value) && (byValue.get(value[discriminator]) ?? nothing)(value)
}

const nullable = (schema: z.core.$ZodNullable): Fits => {
  const isFit = fitsOf(schema._zod.def.innerType)
  return (value) => value === null || isFit(value)
}

const oneOf =
  (values: ReadonlySet<unknown>): Fits =>
  (value) =>
    values.has(value)

const matching =
  (pattern: RegExp | undefined): Fits =>
  (value) =>
    typeof value === 'string' && pattern !== undefined && pattern.test(value)

const lengthWithin =
  (minimum: number, maximum: number): Fits =>
  (value) =>
    (typeof value === 'string' || Array.isArray(value)) && value.length >= minimum && value.length <= maximum

const above =
  ({ value: bound, inclusive }: z.core.$ZodCheckGreaterThanDef): Fits =>
  (value) =>
    typeof value === 'number' && typeof bound === 'number' && (inclusive ? value >= bound : value > bound)

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
