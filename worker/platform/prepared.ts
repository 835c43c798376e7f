import { is, Param, Placeholder } from 'drizzle-orm'
import type { Database } from './db.ts'
import { mapFaster } from './map-rows.ts'

/** What a query builder's `prepare()` answers: rows of a select, figures of a write. */
interface Prepared<Rows> {
  execute: (values: Record<string, unknown>) => Promise<Rows>
  getQuery: () => { sql: string; params: unknown[] }
}

type Fill = (values: Record<string, unknown>) => { sql: string; params: unknown[] }

/** How a statement is filled in. What is to stand where is looked up once: that takes longer than filling it in. */
const fillOf = (prepared: Prepared<unknown>): Fill => {
  const { sql, params } = prepared.getQuery()
  const slots = params.map((param): ((values: Record<string, unknown>) => unknown) => {
    if (is(param, Placeholder)) return (values) => filledIn(values, param.name)
    if (!is(param, Param)) return () => param
    const { encoder, value } = param
    if (!is(value, Placeholder)) return () => param
    return (values) => encoder.mapToDriverValue(filledIn(values, value.name))
  })
  return (values) => ({ sql, params: slots.map((slot) => slot(values)) })
}

const filledIn = (values: Record<string, unknown>, name: string): unknown => {
  if (!(name in values)) throw new Error(`a statement without a value for ${name}`)
  return values[name]
}

/** A prepared statement with its values: to be run by itself, or one of a batch. */
class Filled<Rows> {
  /** What a batch reads its answer's type from. */
  declare readonly _: { readonly dialect: 'sqlite'; readonly result: Rows }
  private readonly prepared: Prepared<Rows>
  private readonly fill: Fill
  private readonly values: Record<string, unknown>

  constructor(prepared: Prepared<Rows>, fill: Fill, values: Record<string, unknown>) {
    this.prepared = prepared
    this.fill = fill
    this.values = values
  }

  /** What drizzle asks of each statement of a batch: it binds the parameters, and has the answer mapped. */
  _prepare(): Prepared<Rows> {
    const query = this.fill(this.values)
    return Object.create(this.prepared, { getQuery: { value: () => query } })
  }

  run(): Promise<Rows> {
    return this.prepared.execute(this.values)
  }
}

/**
 * A statement whose SQL is built once for each database instead of at each use: that takes longer than the database takes
 * to answer. `build` marks with `sql.placeholder` what the values fill in.
 */
export const prepareOnce = <Values extends Record<string, unknown>, Rows>(
  build: (db: Database) => { prepare: () => Prepared<Rows> },
): ((db: Database, values: Values) => Filled<Rows>) => {
  const known = new WeakMap<Database, { prepared: Prepared<Rows>; fill: Fill }>()
  const prepare = (db: Database) => {
    const prepared = build(db).prepare()
    mapFaster(prepared)
    return { prepared, fill: fillOf(prepared) }
  }
  return (db, values) => {
    const once = known.get(db) ?? prepare(db)
    known.set(db, once)
    return new Filled(once.prepared, once.fill, values)
  }
}

const shapesMax = 200

/** The same for a statement of several shapes, such as a list with its filters: each is built once, under its key. */
export const prepareEach = <Shape, Values extends Record<string, unknown>, Rows>(
  keyOf: (shape: Shape) => unknown,
  build: (db: Database, shape: Shape) => { prepare: () => Prepared<Rows> },
): ((db: Database, shape: Shape, values: Values) => Filled<Rows>) => {
  const built = new Map<unknown, (db: Database, values: Values) => Filled<Rows>>()
  return (db, shape, values) => {
    const key = keyOf(shape)
    const known = built.get(key) ?? prepareOnce((database: Database) => build(database, shape))
    if (built.size >= shapesMax) built.clear()
    built.set(key, known)
    return known(db, values)
  }
}
