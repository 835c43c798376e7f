import { env, runInDurableObject } from 'cloudflare:test'
import type { AuditLog } from '../../durable-objects/audit-log/audit-log.ts'

/** Gives each event of a log a row of its own, as a log of single events has them: a statement can then name one. */
export const takeApart = (organizationId: string): Promise<void> =>
  runInDurableObject(
    env.AUDIT_LOG.get(env.AUDIT_LOG.idFromName(organizationId)),
    (_: AuditLog, { storage: { sql } }) => {
      const rows = sql
        .exec<{
          first: number
          recorded_at: number
          leaves: string
          hashes: ArrayBuffer
          payloads: string
          salts: ArrayBuffer
          keys: string
        }>('SELECT * FROM segments ORDER BY first')
        .toArray()
      sql.exec('DELETE FROM segments')
      for (const { first, recorded_at, leaves, hashes, payloads, salts, keys } of rows)
        for (const [n, leaf] of leaves.split('\n').entries())
          sql.exec(
            `INSERT INTO segments (first, last, recorded_at, leaves, hashes, payloads, salts, keys)
           VALUES (?1, ?1, ?, ?, ?, ?, ?, ?)`,
            first + n,
            recorded_at,
            leaf,
            hashes.slice(32 * n, 32 * n + 32),
            payloads.split('\n')[n] ?? '',
            salts.slice(32 * n, 32 * n + 32),
            JSON.stringify(JSON.parse(keys).slice(n, n + 1)),
          )
    },
  )
