import { createHash } from 'node:crypto'

/** By this a key is known when its event has left the window. */
export const keyDigest = (key: string): Buffer => createHash('sha256').update(key).digest().subarray(0, 16)

/** Whether this is the key of an event that has left the window. */
export const hasLeftWindow = (sql: SqlStorage, key: string): boolean =>
  sql.exec('SELECT 1 FROM kept_keys WHERE digest = ?', keyDigest(key)).toArray().length > 0
