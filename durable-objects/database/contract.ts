import { z } from 'zod'

/** What the one database of an installation is called, here and in wrangler.toml. */
export const databaseName = 'clawbutler'

export const Value = z.union([z.string(), z.number(), z.null(), z.instanceof(ArrayBuffer)])
export type Value = z.infer<typeof Value>

export const Query = z.object({ sql: z.string(), params: z.array(Value) })
export type Query = z.infer<typeof Query>

export const Answer = z.object({
  columns: z.array(z.string()),
  rows: z.array(z.array(Value)),
  /** Rows that the statement inserted, updated or deleted. */
  changes: z.number(),
  lastRowId: z.number(),
  rowsRead: z.number(),
  rowsWritten: z.number(),
})
export type Answer = z.infer<typeof Answer>

/** What became of a transaction: an answer for each statement, or what SQLite said against one of them. */
export const Answered = z.union([
  z.object({ ok: z.literal(true), answers: z.array(Answer) }),
  z.object({ ok: z.literal(false), message: z.string() }),
])
export type Answered = z.infer<typeof Answered>
