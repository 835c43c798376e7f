import {
  type Answer,
  type Answered,
  type DatabaseRpc,
  databaseName,
  type Query,
  type Value,
} from '../../durable-objects/database/rpc.ts'

/** Where the database of one machine is reached: a namespace that holds one object. */
export interface DatabaseNamespace {
  idFromName: (name: string) => DurableObjectId
  get: (id: DurableObjectId) => DatabaseRpc
}

/** The database object of this machine, as D1. */
export const objectDatabase = (namespace: DatabaseNamespace): D1Database => {
  const id = namespace.idFromName(databaseName)
  // A stub belongs to the request that took it.
  return databaseOver((queries) => namespace.get(id).run(queries, { atWork: countAtWork() }))
}

/** The requests that this isolate works on. A hint: nothing but time depends on it being right. */
const atWork = new Set<{ since: number }>()
/** A request whose caller went away may never end here. */
const forgottenAfterMs = 1_000

/**
 * Does the work of one request. While there are several, each write to the database of one machine waits a few milliseconds
 * at most for those of the others, to commit with them.
 */
export const workingOn = async <T>(work: () => Promise<T>): Promise<T> => {
  const own = { since: Date.now() }
  atWork.add(own)
  try {
    return await work()
  } finally {
    atWork.delete(own)
  }
}

const countAtWork = (): number => {
  const forgottenBefore = Date.now() - forgottenAfterMs
  for (const request of atWork) if (request.since < forgottenBefore) atWork.delete(request)
  return atWork.size
}

/**
 * SQLite looks at a bare bound limit when it plans, and therefore plans the statement anew each time one is bound: sixteen
 * times as long for a list. At a sum it does not look. Objects write it so themselves.
 */
const boundLimit = /\slimit \?/gi

type Run = (queries: readonly Query[]) => Promise<Answered>

/**
 * D1's interface over something that runs statements, as far as it means anything there. Errors read as D1's do:
 * `D1_ERROR: …` with what SQLite said as its cause.
 */
export const databaseOver = (run: Run): D1Database => new OverObject(run)

class OverObject implements D1Database {
  private readonly run: Run

  constructor(run: Run) {
    this.run = run
  }

  prepare(query: string): D1PreparedStatement {
    return new Statement(this.run, { sql: query.replace(boundLimit, ' limit (? + 0)'), params: [] })
  }

  async batch<T = unknown>(statements: D1PreparedStatement[]): Promise<D1Result<T>[]> {
    const queries = statements.map((statement) => {
      if (statement instanceof Statement) return statement.query
      throw new Error('a statement of another database')
    })
    return (await answersOf(this.run, queries)).map((answer) => resultOf<T>(answer))
  }

  async exec(query: string): Promise<D1ExecResult> {
    const { length } = await answersOf(this.run, [{ sql: query, params: [] }])
    return { count: length, duration: 0 }
  }

  withSession(): D1DatabaseSession {
    return {
      prepare: (query) => this.prepare(query),
      batch: (statements) => this.batch(statements),
      getBookmark: () => null,
    }
  }

  async dump(): Promise<ArrayBuffer> {
    throw new Error('copy the state folder instead')
  }
}

class Statement implements D1PreparedStatement {
  readonly query: Query
  private readonly runQueries: Run

  constructor(run: Run, query: Query) {
    this.runQueries = run
    this.query = query
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new Statement(this.runQueries, { sql: this.query.sql, params: values.map(bound) })
  }

  async all<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    return resultOf<T>(await this.answer())
  }

  async run<T = Record<string, unknown>>(): Promise<D1Result<T>> {
    return this.all<T>()
  }

  async first<T = Record<string, unknown>>(column?: string): Promise<T | null> {
    const [row] = objectsOf(await this.answer())
    if (row === undefined) return null
    return (column === undefined ? row : (row[column] ?? null)) as T | null
  }

  raw<T = unknown[]>(options: { columnNames: true }): Promise<[string[], ...T[]]>
  raw<T = unknown[]>(options?: { columnNames?: false }): Promise<T[]>
  async raw<T = unknown[]>(options: { columnNames?: boolean } = {}): Promise<T[] | [string[], ...T[]]> {
    const { columns, rows } = await this.answer()
    return options.columnNames ? [columns, ...(rows as T[])] : (rows as T[])
  }

  private async answer(): Promise<Answer> {
    const [answer] = await answersOf(this.runQueries, [this.query])
    if (!answer) throw new Error('a statement without an answer')
    return answer
  }
}

const answersOf = async (run: Run, queries: readonly Query[]): Promise<Answer[]> => {
  const answered = await run(queries)
  if (answered.ok) return answered.answers
  throw fault('D1_ERROR', answered.message)
}

const fault = (kind: string, message: string) => new Error(`${kind}: ${message}`, { cause: new Error(message) })

/** What D1 takes as a parameter, as SQLite takes it. */
const bound = (value: unknown): Value => {
  if (typeof value === 'string' || typeof value === 'number' || value === null || value instanceof ArrayBuffer)
    return value
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Uint8Array) return Uint8Array.from(value).buffer
  throw fault('D1_TYPE_ERROR', `Type '${typeof value}' not supported for value '${String(value)}'`)
}

const resultOf = <T>(answer: Answer): D1Result<T> => ({
  success: true,
  // As D1 has it: nobody but the caller knows what the rows are.
  results: objectsOf(answer) as T[],
  meta: {
    duration: 0,
    size_after: 0,
    rows_read: answer.rowsRead,
    rows_written: answer.rowsWritten,
    last_row_id: answer.lastRowId,
    changes: answer.changes,
    changed_db: answer.changes > 0,
  },
})

const objectsOf = ({ columns, rows }: Answer): Record<string, Value>[] =>
  rows.map((row) => {
    const object: Record<string, Value> = {}
    for (const [index, column] of columns.entries()) object[column] = row[index] ?? null
    return object
  })
