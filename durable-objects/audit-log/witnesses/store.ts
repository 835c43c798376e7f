import { z } from 'zod'
import { witnessFaults, witnessStates } from '../../../worker/features/audit/witnesses/contract.ts'
import type { SignedCheckpoint } from '../checkpoints.ts'
import type { WitnessChange, WitnessStatus } from './rpc.ts'

/** Appended to the object's migrations. `key` is the public key in hex: one key is one witness, whatever its names. */
export const witnessesMigration = `
  CREATE TABLE witnesses (
    id TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    url TEXT NOT NULL,
    vkey TEXT NOT NULL,
    key TEXT NOT NULL UNIQUE,
    enabled INTEGER NOT NULL,
    state TEXT NOT NULL DEFAULT 'new',
    size INTEGER NOT NULL DEFAULT 0,
    cosigned_at INTEGER,
    fault TEXT,
    failures INTEGER NOT NULL DEFAULT 0,
    tried_at INTEGER,
    due INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE cosignatures (
    size INTEGER NOT NULL,
    witness_id TEXT NOT NULL,
    line TEXT NOT NULL,
    PRIMARY KEY (size, witness_id)
  ) WITHOUT ROWID;
  CREATE TABLE witness_policy (only_one INTEGER PRIMARY KEY CHECK (only_one = 1), quorum INTEGER NOT NULL);
  INSERT INTO witness_policy (only_one, quorum) VALUES (1, 0);`

/** How many cosignatures of one witness are kept besides those of the newest witnessed checkpoint. */
const keptMax = 100

const Row = z
  .object({
    id: z.string(),
    name: z.string(),
    url: z.string(),
    vkey: z.string(),
    enabled: z.number(),
    state: z.enum(witnessStates),
    size: z.number(),
    cosigned_at: z.number().nullable(),
    fault: z.enum(witnessFaults).nullable(),
    failures: z.number(),
    tried_at: z.number().nullable(),
    due: z.number(),
  })
  .transform(
    ({ cosigned_at, tried_at, due, enabled, ...row }): WitnessStatus => ({
      ...row,
      enabled: enabled === 1,
      cosignedAt: cosigned_at,
      triedAt: tried_at,
      nextAt: due,
    }),
  )

const columns = 'id, name, url, vkey, enabled, state, size, cosigned_at, fault, failures, tried_at, due'

export const allWitnesses = (sql: SqlStorage): WitnessStatus[] =>
  sql
    .exec(`SELECT ${columns} FROM witnesses ORDER BY id`)
    .toArray()
    .map((row) => Row.parse(row))

export const findWitness = (sql: SqlStorage, id: string): WitnessStatus | null => {
  const [row] = sql.exec(`SELECT ${columns} FROM witnesses WHERE id = ?`, id).toArray()
  return row ? Row.parse(row) : null
}

/** Whose public key it is; null when nobody's. */
export const witnessOfKey = (sql: SqlStorage, key: string): string | null =>
  sql.exec<{ id: string }>('SELECT id FROM witnesses WHERE key = ?', key).toArray()[0]?.id ?? null

export const quorumOf = (sql: SqlStorage): number =>
  sql.exec<{ quorum: number }>('SELECT quorum FROM witness_policy').one().quorum

export const setQuorum = (sql: SqlStorage, quorum: number): void => {
  sql.exec('UPDATE witness_policy SET quorum = ?', quorum)
}

export const insertWitness = (sql: SqlStorage, witness: WitnessChange & { kind: 'add' }, key: string): void => {
  const { id, name, url, vkey, enabled } = witness
  sql.exec(
    'INSERT INTO witnesses (id, name, url, vkey, key, enabled) VALUES (?, ?, ?, ?, ?, ?)',
    id,
    name,
    url,
    vkey,
    key,
    enabled ? 1 : 0,
  )
}

/** Another key is another witness: nothing that the former one has signed counts for it. */
export const updateWitness = (sql: SqlStorage, witness: WitnessChange & { kind: 'update' }, key: string): void => {
  const { id, name, url, vkey, enabled } = witness
  if (findWitness(sql, id)?.vkey !== vkey) {
    sql.exec('DELETE FROM cosignatures WHERE witness_id = ?', id)
    sql.exec(`UPDATE witnesses SET state = 'new', size = 0, cosigned_at = NULL, fault = NULL WHERE id = ?`, id)
  }
  sql.exec(
    'UPDATE witnesses SET name = ?, url = ?, vkey = ?, key = ?, enabled = ?, failures = 0, due = 0 WHERE id = ?',
    name,
    url,
    vkey,
    key,
    enabled ? 1 : 0,
    id,
  )
}

export const deleteWitness = (sql: SqlStorage, id: string): void => {
  sql.exec('DELETE FROM witnesses WHERE id = ?', id)
  sql.exec('DELETE FROM cosignatures WHERE witness_id = ?', id)
}

/** Nobody else tries it before then: written down before it is tried, so that a crash leads to another try and not to many. */
export const leaseWitness = (sql: SqlStorage, id: string, until: number): void => {
  sql.exec('UPDATE witnesses SET due = ? WHERE id = ?', until, id)
}

export const keepCosignature = (
  sql: SqlStorage,
  id: string,
  { size, line, at, due }: { size: number; line: string; at: number; due: number },
): void => {
  sql.exec('INSERT OR REPLACE INTO cosignatures (size, witness_id, line) VALUES (?, ?, ?)', size, id, line)
  sql.exec(
    `UPDATE witnesses SET state = 'current', size = ?, cosigned_at = ?, fault = NULL, failures = 0, tried_at = ?, due = ?
     WHERE id = ?`,
    size,
    at,
    at,
    due,
    id,
  )
  sql.exec(
    `DELETE FROM cosignatures WHERE witness_id = ?1 AND size IS NOT ?2 AND size <
       (SELECT size FROM cosignatures WHERE witness_id = ?1 ORDER BY size DESC LIMIT 1 OFFSET ${keptMax - 1})`,
    id,
    witnessedSize(sql),
  )
}

export const keepFault = (
  sql: SqlStorage,
  { id, state, fault, failures }: Pick<WitnessStatus, 'id' | 'state' | 'fault' | 'failures'>,
  { at, due }: { at: number; due: number },
): void => {
  sql.exec(
    'UPDATE witnesses SET state = ?, fault = ?, failures = ?, tried_at = ?, due = ? WHERE id = ?',
    state,
    fault,
    failures,
    at,
    due,
    id,
  )
}

/** The newest size that as many of the enabled witnesses have cosigned as the policy asks for; at least one. */
export const witnessedSize = (sql: SqlStorage): number | null => {
  const [row] = sql
    .exec<{ size: number }>(
      `SELECT c.size FROM cosignatures c JOIN witnesses w ON w.id = c.witness_id AND w.enabled = 1
       JOIN checkpoints USING (size)
       GROUP BY c.size HAVING count(*) >= max(1, (SELECT quorum FROM witness_policy)) ORDER BY c.size DESC LIMIT 1`,
    )
    .toArray()
  return row?.size ?? null
}

/** The note with the signature lines of the witnesses that are enabled. */
export const withCosignatures = (sql: SqlStorage, { size, note }: SignedCheckpoint): string =>
  note +
  sql
    .exec<{ line: string }>(
      `SELECT line FROM cosignatures JOIN witnesses ON id = witness_id WHERE cosignatures.size = ? AND enabled = 1
       ORDER BY witness_id`,
      size,
    )
    .toArray()
    .map(({ line }) => line)
    .join('')
