import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { Config } from '../../worker/config.ts'
import { sealNow, unsealNow } from '../../worker/platform/seal.ts'
import type { Original } from './rpc.ts'

/**
 * Payload and salt of an event may be destroyed, so both may be null. Originals of what was masked stand beside the events
 * and in no leaf; each is encrypted under its subject's key, and a subject without a key has been erased.
 */
export const erasureMigration = `
  CREATE TABLE erasable_events (
    seq INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    id TEXT NOT NULL,
    type TEXT NOT NULL,
    at INTEGER NOT NULL,
    recorded_at INTEGER NOT NULL,
    actor_kind TEXT NOT NULL,
    actor_id TEXT NOT NULL,
    agent_id TEXT,
    connector_id TEXT,
    target TEXT,
    risk INTEGER NOT NULL,
    trace_id TEXT,
    leaf TEXT NOT NULL,
    leaf_hash BLOB NOT NULL,
    payload TEXT,
    salt BLOB
  );
  INSERT INTO erasable_events SELECT seq, key, id, type, at, recorded_at, actor_kind, actor_id, agent_id, connector_id,
    target, risk, trace_id, leaf, leaf_hash, payload, salt FROM events;
  DROP TABLE events;
  ALTER TABLE erasable_events RENAME TO events;
  CREATE TABLE subjects (
    subject TEXT PRIMARY KEY,
    sealed_key TEXT,
    erased_at INTEGER,
    erased_events INTEGER NOT NULL DEFAULT 0
  ) WITHOUT ROWID;
  CREATE TABLE originals (
    seq INTEGER NOT NULL,
    n INTEGER NOT NULL,
    path TEXT NOT NULL,
    subject TEXT NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (seq, n)
  ) WITHOUT ROWID;
  CREATE INDEX originals_by_subject ON originals (subject, seq);
  CREATE TABLE erased_events (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL);`

interface SubjectRow extends Record<string, SqlStorageValue> {
  subject: string
  sealed_key: string | null
  erased_at: number | null
  erased_events: number
}

interface ErasedSubject {
  erasedAt: number
  /** How many events had something of it. */
  events: number
}

/** The originals of what was masked, and the keys by which they can be read, one for each data subject. */
export class Subjects {
  private readonly sql: SqlStorage
  private readonly config: Config
  private readonly organizationId: string

  constructor(sql: SqlStorage, config: Config, organizationId: string) {
    this.sql = sql
    this.config = config
    this.organizationId = organizationId
  }

  /** Part of the append's transaction. Of a subject that was erased nothing is kept any more. */
  keep(seq: number, originals: readonly Original[]): void {
    for (const [n, { path, subject, value }] of originals.entries()) {
      const key = this.keyFor(subject)
      if (!key) continue
      const sealed = encrypt(key, boundTo(seq, path), value)
      const insert = 'INSERT INTO originals (seq, n, path, subject, sealed) VALUES (?, ?, ?, ?, ?)'
      this.sql.exec(insert, seq, n, path, subject, sealed)
    }
  }

  /** What was masked in one event and is kept: of one subject, or at one path and below it. */
  read(seq: number, wanted: { subject: string } | { path: string }): Original[] {
    const [condition, ...values] =
      'subject' in wanted
        ? ['subject = ?', wanted.subject]
        : ["(path = ? OR substr(path, 1, length(?) + 1) = ? || '/')", wanted.path, wanted.path, wanted.path]
    const rows = this.sql.exec<{ path: string; subject: string; sealed: ArrayBuffer }>(
      `SELECT path, subject, sealed FROM originals WHERE seq = ? AND ${condition} ORDER BY n`,
      seq,
      ...values,
    )
    return rows.toArray().flatMap(({ path, subject, sealed }) => {
      const key = this.keyFor(subject)
      return key ? [{ path, subject, value: decrypt(key, boundTo(seq, path), Buffer.from(sealed)) }] : []
    })
  }

  /** Null for a subject of whom nothing was ever kept. */
  erased(subject: string): ErasedSubject | 'present' | null {
    const row = this.row(subject)
    if (!row) return null
    return row.erased_at === null ? 'present' : { erasedAt: row.erased_at, events: row.erased_events }
  }

  /** Destroys the key and every original of a subject; its row stays, so that nothing is kept of it again. */
  erase(subject: string, now: number): ErasedSubject {
    const { events } = this.sql
      .exec<{ events: number }>('SELECT count(DISTINCT seq) AS events FROM originals WHERE subject = ?', subject)
      .one()
    this.sql.exec('DELETE FROM originals WHERE subject = ?', subject)
    this.sql.exec(
      'UPDATE subjects SET sealed_key = NULL, erased_at = ?, erased_events = ? WHERE subject = ?',
      now,
      events,
      subject,
    )
    return { erasedAt: now, events }
  }

  eraseOf(seq: number): void {
    this.sql.exec('DELETE FROM originals WHERE seq = ?', seq)
  }

  private row(subject: string): SubjectRow | undefined {
    return this.sql.exec<SubjectRow>('SELECT * FROM subjects WHERE subject = ?', subject).toArray()[0]
  }

  /** The subject's key, made with the first original of it; null once it has been destroyed. */
  private keyFor(subject: string): Buffer | null {
    const purpose = `subject:${this.organizationId}:${subject}`
    const row = this.row(subject)
    if (row)
      return row.sealed_key === null ? null : Buffer.from(unsealNow(this.config, purpose, row.sealed_key), 'base64url')
    const key = randomBytes(32)
    const sealed = sealNow(this.config, purpose, key.toString('base64url'))
    this.sql.exec('INSERT INTO subjects (subject, sealed_key) VALUES (?, ?)', subject, sealed)
    return key
  }
}

const nonceLength = 12
const tagLength = 16

/** Moved to another event or place, an original does not open. */
const boundTo = (seq: number, path: string): Buffer => Buffer.from(`${seq}\n${path}`)

const encrypt = (key: Buffer, bound: Buffer, value: string): Buffer => {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(bound)
  return Buffer.concat([nonce, cipher.update(value, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

const decrypt = (key: Buffer, bound: Buffer, sealed: Buffer): string => {
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceLength))
    .setAAD(bound)
    .setAuthTag(sealed.subarray(-tagLength))
  return Buffer.concat([decipher.update(sealed.subarray(nonceLength, -tagLength)), decipher.final()]).toString('utf8')
}
