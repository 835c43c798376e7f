import { Buffer } from 'node:buffer'
import { sha256 } from '@noble/hashes/sha2.js'

/** By this a key is known when its event has left the window. */
export const keyDigest = (key: string): Uint8Array => sha256(Buffer.from(key)).subarray(0, 16)

/** Which of these are keys of events that have left the window. */
export const leftWindow = (sql: SqlStorage, keys: readonly string[]): string[] => {
  const isAny = sql.exec('SELECT 1 FROM kept_keys LIMIT 1').toArray().length > 0
  if (!isAny) return []
  const byDigest = new Map(keys.map((key) => [Buffer.from(keyDigest(key)).toString('hex'), key]))
  return sql
    .exec<{ digest: string }>(
      'SELECT value AS digest FROM json_each(?) WHERE unhex(value) IN (SELECT digest FROM kept_keys)',
      JSON.stringify([...byDigest.keys()]),
    )
    .toArray()
    .flatMap(({ digest }) => byDigest.get(digest) ?? [])
}
