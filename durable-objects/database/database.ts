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

  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env)
    this.counted = this.count()
  }

  // Not async, so that nothing comes between two statements; its caller has a promise of it all the same.
  async run(queries: readonly Query[]): Promise<Answered> {
    const { storage } = this.ctx
    const runAll = () => queries.map((query) => this.runOne(query))
    try {
      // One statement is atomic by itself.
      return { ok: true, answers: queries.length === 1 ? runAll() : storage.transactionSync(runAll) }
    } catch (error) {
      // Told, not thrown: a statement that breaks a constraint is an answer like any other.
      this.counted = this.count()
      return { ok: false, message: error instanceof Error ? error.message : String(error) }
    }
  }

  /** The same for tools of the machine, in JSON. No request from outside comes here. */
  override async fetch(request: Request): Promise<Response> {
    return Response.json(await this.run(Queries.parse(await request.json())))
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

/** Of this connection, since it was opened. */
type Counted = { changes: number; lastRowId: number }

const isSelect = /^\s*select\b/i
