import { formatVerifierKey, type NoteKey, noteKey, signatureLine, signatureTypes } from '../../tlog/note.ts'
import { successionText } from '../../tlog/succession.ts'
import type { Config } from '../../worker/config.ts'
import { seal, unseal } from '../../worker/platform/seal.ts'
import { fromBase64Url, toBase64Url } from '../../worker/platform/secrets.ts'

interface KeyRow extends Record<string, SqlStorageValue> {
  key_id: string
  origin: string
  public_key: ArrayBuffer
  sealed: string
  created_at: number
  retired_at: number | null
  /** What the key before says of it; null for the first. */
  succession: string | null
}

/** Of the log's keys, as anybody may know them. */
export interface PublicKey {
  vkey: string
  createdAt: number
  retiredAt: number | null
  /** A note of the key before (tlog/succession.ts); null for the first key. */
  succession: string | null
}

/** A key on its way in: it counts once it is put. */
export interface MadeKey {
  key: NoteKey
  sealed: string
  succession: string | null
}

export const successionMigration = 'ALTER TABLE log_keys ADD COLUMN succession TEXT'

/** After a rotation both keys sign for this long, so that whoever knows only the old one can learn the new one. */
export const overlapMs = 30 * 86_400_000

/**
 * The log's own Ed25519 keys: made here, sealed at rest, never leaving the object. The newest signs; one that was
 * rotated out signs beside it until `overlapMs` have passed.
 */
export class LogKeys {
  private readonly sql: SqlStorage
  private readonly config: Config
  /** Opened keys; eviction empties it. */
  private readonly opened = new Map<string, CryptoKey>()

  constructor(sql: SqlStorage, config: Config) {
    this.sql = sql
    this.config = config
  }

  /** Every key that ever signed, the newest first, as the vkeys of signed-note. */
  all(): PublicKey[] {
    return this.rows().map((row) => ({
      vkey: formatVerifierKey(keyOf(row)),
      createdAt: row.created_at,
      retiredAt: row.retired_at,
      succession: row.succession,
    }))
  }

  /** The name under which the log signs: set with the first key and the same for good. */
  origin(): string | null {
    return this.rows().at(-1)?.origin ?? null
  }

  /** The signature lines of a note's text, one for each key that signs at the moment. */
  async sign(text: string, now: number): Promise<string> {
    const signing = this.rows().filter((row) => row.retired_at === null || row.retired_at + overlapMs > now)
    return (await Promise.all(signing.map((row) => this.signatureOf(row, text)))).join('')
  }

  /** Makes a key, which the newest one vouches for. */
  async make(origin: string): Promise<MadeKey> {
    const pair = await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])
    if (!('privateKey' in pair)) throw new Error('no key pair')
    const publicKey = await crypto.subtle.exportKey('raw', pair.publicKey)
    const secret = await crypto.subtle.exportKey('pkcs8', pair.privateKey)
    if (!(publicKey instanceof ArrayBuffer) || !(secret instanceof ArrayBuffer)) throw new Error('no key bytes')
    const key = noteKey(origin, signatureTypes.ed25519, new Uint8Array(publicKey))
    const sealed = await seal(this.config, purposeOf(key.keyId), toBase64Url(new Uint8Array(secret)))
    const [newest] = this.rows()
    const text = successionText(key)
    return { key, sealed, succession: newest ? `${text}\n${await this.signatureOf(newest, text)}` : null }
  }

  /** From now on the key signs; the one before retires. */
  put({ key, sealed, succession }: MadeKey, now: number): void {
    this.sql.exec('UPDATE log_keys SET retired_at = ? WHERE retired_at IS NULL', now)
    this.sql.exec(
      'INSERT INTO log_keys (key_id, origin, public_key, sealed, created_at, succession) VALUES (?, ?, ?, ?, ?, ?)',
      key.keyId,
      key.name,
      key.publicKey,
      sealed,
      now,
      succession,
    )
  }

  private async signatureOf(row: KeyRow, text: string): Promise<string> {
    const signature = await crypto.subtle.sign('Ed25519', await this.open(row), new TextEncoder().encode(text))
    return signatureLine(row.origin, row.key_id, new Uint8Array(signature))
  }

  private rows(): KeyRow[] {
    return this.sql.exec<KeyRow>('SELECT * FROM log_keys ORDER BY created_at DESC, rowid DESC').toArray()
  }

  private async open(row: KeyRow): Promise<CryptoKey> {
    const known = this.opened.get(row.key_id)
    if (known) return known
    const secret = fromBase64Url(await unseal(this.config, purposeOf(row.key_id), row.sealed))
    const key = await crypto.subtle.importKey('pkcs8', secret, 'Ed25519', false, ['sign'])
    this.opened.set(row.key_id, key)
    return key
  }
}

const purposeOf = (keyId: string): string => `log-key:${keyId}`

const keyOf = (row: KeyRow): NoteKey => noteKey(row.origin, signatureTypes.ed25519, new Uint8Array(row.public_key))
