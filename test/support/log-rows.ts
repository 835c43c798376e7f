import { env, runInDurableObject } from 'cloudflare:test'
import type { AuditLog } from '../../durable-objects/audit-log/audit-log.ts'

type Step = (log: AuditLog) => Promise<unknown>

/** Runs a step inside an organization's log and answers the rows that SQLite says it wrote. */
export const rowsWritten = async (organizationId: string, step: Step): Promise<number> =>
  (await counted(organizationId, step)).reduce((sum, cursor) => sum + cursor.rowsWritten, 0)

/** The same of the rows that it read. */
export const rowsRead = async (organizationId: string, step: Step): Promise<number> =>
  (await counted(organizationId, step)).reduce((sum, cursor) => sum + cursor.rowsRead, 0)

/** A cursor counts on until it has been read to its end, so it is asked behind the step. */
const counted = (organizationId: string, step: Step): Promise<{ rowsRead: number; rowsWritten: number }[]> =>
  runInDurableObject(
    env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)),
    async (log: AuditLog, { storage: { sql } }) => {
      const exec = sql.exec.bind(sql)
      const cursors: { rowsRead: number; rowsWritten: number }[] = []
      sql.exec = <T extends Record<string, SqlStorageValue>>(query: string, ...bindings: SqlStorageValue[]) => {
        const cursor = exec<T>(query, ...bindings)
        cursors.push(cursor)
        return cursor
      }
      try {
        await step(log)
      } finally {
        sql.exec = exec
      }
      return cursors.map(({ rowsRead, rowsWritten }) => ({ rowsRead, rowsWritten }))
    },
  )
