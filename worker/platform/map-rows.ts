import { Column, type DriverValueDecoder, getTableName, is, noopDecoder } from 'drizzle-orm'
import { z } from 'zod'

type Rows = readonly (readonly unknown[])[]
type Decode = (value: unknown) => unknown

/** Kept as it is: some decoders are columns, and ask themselves. */
const Decoder = z.custom<DriverValueDecoder<unknown, unknown>>(
  (value) => z.object({ mapFromDriverValue: z.function() }).safeParse(value).success,
)

/** What drizzle keeps of a prepared list: of each column where its value goes and what decodes it. */
const List = z.object({
  executeMethod: z.literal('all'),
  fields: z.array(
    z.object({
      path: z.union([z.tuple([z.string()]), z.tuple([z.string(), z.string()])]),
      field: z.union([
        z.instanceof(Column),
        z.object({ decoder: Decoder }),
        z.object({ sql: z.object({ decoder: Decoder }) }).transform(({ sql }) => sql),
      ]),
    }),
  ),
  /** Which tables of its joins always have a row. */
  joinsNotNullableMap: z.record(z.string(), z.boolean()).optional(),
})
type List = z.infer<typeof List>
type Field = List['fields'][number]

/**
 * Has a prepared list map its rows as drizzle does, with what is the same for all of them worked out once: drizzle's own
 * way asks for each value of each row what kind of column it is of, which takes longer than the database takes to
 * answer. What this does not know is left to drizzle.
 */
export const mapFaster = (prepared: object): void => {
  const list = List.safeParse(prepared)
  if (list.success) Reflect.set(prepared, 'customResultMapper', mapperOf(list.data))
}

const mapperOf = ({ fields, joinsNotNullableMap }: List): ((rows: Rows) => object[]) => {
  const nullable = joinsNotNullableMap ? outerParts(fields, joinsNotNullableMap) : []
  const slots = fields.map(({ path: [name, inner], field }, index) => {
    const decode = decodeOf(field)
    return inner === undefined ? { part: null, name, index, decode } : { part: name, name: inner, index, decode }
  })
  const fillers = [...Map.groupBy(slots, ({ part }) => part)].map(([part, own]) => ({ part, fill: fillerOf(own) }))
  const mapRow = (row: readonly unknown[]): object => {
    const mapped: Record<string, unknown> = {}
    for (const { part, fill } of fillers) {
      if (part === null) fill(mapped, row)
      else mapped[part] = fill({}, row)
    }
    for (const { name, first } of nullable) if (row[first] === null) mapped[name] = null
    return mapped
  }
  return (rows) => rows.map(mapRow)
}

/** Fills in one object of a row. */
const fillerOf = (slots: readonly { name: string; index: number; decode: Decode | null }[]) => {
  // Lists of their own: walking them takes half of what walking the slots does.
  const names = slots.map(({ name }) => name)
  const indexes = slots.map(({ index }) => index)
  const decoders = slots.map(({ decode }) => decode)
  return (into: Record<string, unknown>, row: readonly unknown[]) => {
    for (const [at, name] of names.entries()) {
      const value = row[indexes[at] ?? 0]
      const decode = decoders[at]
      into[name] = value === null || !decode ? value : decode(value)
    }
    return into
  }
}

/** Null for a value that stays as it is. */
const decodeOf = (field: Field['field']): Decode | null => {
  const decoder = is(field, Column) ? field : field.decoder
  const { mapFromDriverValue } = decoder
  if (mapFromDriverValue === Column.prototype.mapFromDriverValue) return null
  if (mapFromDriverValue === noopDecoder.mapFromDriverValue) return null
  return (value) => decoder.mapFromDriverValue(value)
}

/** The objects that are of one table which may have no row: null as a whole when their first column is. */
const outerParts = (fields: readonly Field[], hasAlwaysARow: Record<string, boolean>) => {
  const parts = new Map<string, { name: string; first: number; table: string; isOfOne: boolean }>()
  for (const [first, { path, field }] of fields.entries()) {
    const [name, inner] = path
    if (inner === undefined || !is(field, Column)) continue
    const table = getTableName(field.table)
    const known = parts.get(name)
    if (!known) parts.set(name, { name, first, table, isOfOne: true })
    else if (known.table !== table) known.isOfOne = false
  }
  return [...parts.values()].filter(({ table, isOfOne }) => isOfOne && !hasAlwaysARow[table])
}
