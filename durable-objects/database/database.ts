import { DurableObject } from 'cloudflare:workers'
import { z } from 'zod'
import { type Answer, type Answered, Query } from './contract.ts'
import type { DatabaseRpc } from './rpc.ts'

const Queries = z.array(Query)

/**
 * The database of an installation on one machine. Reached in one hop instead of through the two and the JSON of the
 * emulated D1 (`docs/decisions/0008-one-database-object.md`), and with its meaning: a list of statements is one transaction.
 */
export class Database extends DurableObject<Env> implements DatabaseRpc {
  private counted: Counted
  private readonly waiting: Waiting[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.counted = this.count()
  }

  async run(queries: readonly Query[], { atWork = 1 } = {}): Promise<Answered> {
    if (queries.every(({ sql }) => isSelect.test(sql))) return this.told(async () => this.runEach(queries))
    if (atWork <= 1 && this.waiting.length === 0) return this.told(() => this.commit(queries))
    return new Promise((resolve) => {
      this.waiting.push({ queries, resolve })
      if (this.waiting.length >= atWork) this.commitWaiting()
      else this.timer ??= setTimeout(() => this.commitWaiting(), waitMs(atWork))
    })
  }

  private commitWaiting(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    void this.commitTogether(this.waiting.splice(0))
  }

  /** Several in one commit, which is the dearest part of each. When one breaks a constraint, each runs by itself. */
  private async commitTogether(together: readonly Waiting[]): Promise<void> {
    const answers = await this.told(() => this.commit(together.flatMap(({ queries }) => queries)))
    let from = 0
    for (const { queries, resolve } of together) {
      if (answers.ok) resolve({ ok: true, answers: answers.answers.slice(from, from + queries.length) })
      else resolve(await this.told(() => this.commit(queries)))
      from += queries.length
    }
  }

  /**
   * One transaction. Not `transactionSync`: that is a savepoint within another one, for which SQLite keeps a copy of each
   * page before it changes, in a file when there are more than fifteen.
   */
  private async commit(queries: readonly Query[]): Promise<Answer[]> {
    // One statement is atomic by itself.
    if (queries.length === 1) return this.runEach(queries)
    return this.ctx.storage.transaction(async () => this.runEach(queries))
  }

  /** Told, not thrown: a statement that breaks a constraint is an answer like any other. */
  private async told(run: () => Promise<Answer[]>): Promise<Answered> {
    try {
      return { ok: true, answers: await run() }
    } catch (error) {
      this.counted = this.count()
      return { ok: false, message: error instanceof Error ? error.message : String(error) }
    }
  }

  /** The same for tools of the machine, in JSON. No request from outside comes here. */
  override async fetch(request: Request): Promise<Response> {
    return Response.json(await this.run(Queries.parse(await request.json())))
  }

  /** Synchronous, so that nothing comes between two statements. */
  private runEach(queries: readonly Query[]): Answer[] {
    return queries.map((query) => this.runOne(query))
  }

  private runOne({ sql, params }: Query): Answer {
    const cursor = this.ctx.storage.sql.exec(sql, ...params)
    const rows = [...cursor.raw()]
    const { columnNames: columns, rowsRead, rowsWritten } = cursor
    const before = this.counted
    if (!isSelect.test(sql)) this.counted = this.count()
    const { changes, lastRowId } = this.counted
    return { columns, rows, changes: changes - before.changes, lastRowId, rowsRead, rowsWritten }
  }

  private count(): Counted {
    return this.ctx.storage.sql
      .exec<Counted>('SELECT total_changes() AS changes, last_insert_rowid() AS lastRowId')
      .one()
  }
}

interface Waiting {
  queries: readonly Query[]
  resolve: (answered: Answered) => void
}

/** Of this connection, since it was opened. */
type Counted = { changes: number; lastRowId: number }

/** The more are at work, the more come in so much time, and the more each saves by the common commit. */
const waitMs = (atWork: number): number => Math.min(Math.floor(atWork / 4), 3)

const isSelect = /^\s*select\b/i
