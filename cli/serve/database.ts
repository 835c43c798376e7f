import type { Miniflare } from 'miniflare'
import { Answered, databaseName, type Query } from '../../durable-objects/database/contract.ts'

/** Runs statements in one transaction, and answers the rows of each. Throws what the database says against one of them. */
export type RunQueries = (queries: readonly Query[]) => Promise<Record<string, unknown>[][]>

/** The database of a running server, past its Worker. */
export const queryDatabase =
  (miniflare: Miniflare) =>
  async (queries: readonly Query[]): Promise<Answered> => {
    const namespace = await miniflare.getDurableObjectNamespace('DB')
    const answer = await namespace
      .get(namespace.idFromName(databaseName))
      .fetch('http://database/', { method: 'POST', body: JSON.stringify(queries) })
    return Answered.parse(await answer.json())
  }

export const rowsFrom =
  (query: (queries: readonly Query[]) => Promise<Answered>): RunQueries =>
  async (queries) => {
    const answered = await query(queries)
    if (!answered.ok) throw new Error(answered.message)
    return answered.answers.map(({ columns, rows }) =>
      rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]]))),
    )
  }
