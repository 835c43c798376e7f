import { formatCheckpoint } from '../../tlog/checkpoint.ts'
import { Frontier } from '../../tlog/frontier.ts'
import { formatVerifierKey } from '../../tlog/note.ts'
import { tileWidth } from '../../tlog/tiles.ts'
import type { Config } from '../../worker/config.ts'
import { logFault } from '../../worker/platform/log.ts'
import { LogKeys } from './log-keys.ts'
import { headOf } from './segments/read.ts'
import { completeNodes, keepTile, leafHashesBehind, tilesOf } from './tree.ts'

/** A checkpoint follows an event at the latest after this long, or this many events. */
export const publishWithinMs = 800
export const publishAfterEvents = 256

/** More events than this behind the tree that is remembered are read by the tile. */
const catchUpMax = 2_048

export interface SignedCheckpoint {
  size: number
  /** A C2SP signed note. */
  note: string
  signedAt: number
}

/** Signs what the sequence is. Sizes only grow: what was signed once is contained in whatever is signed later. */
export class Checkpoints {
  readonly keys: LogKeys
  private readonly storage: DurableObjectStorage
  private readonly origin: string
  /** Cache: eviction empties it. */
  private tree = new Frontier()
  private work: Promise<unknown> = Promise.resolve()

  constructor(storage: DurableObjectStorage, config: Config, organizationId: string) {
    this.storage = storage
    this.origin = originOf(config, organizationId)
    this.keys = new LogKeys(storage.sql, config)
  }

  latest(): SignedCheckpoint | null {
    const [row] = this.storage.sql
      .exec<{ size: number; note: string; signed_at: number }>(
        'SELECT size, note, signed_at FROM checkpoints ORDER BY size DESC LIMIT 1',
      )
      .toArray()
    return row ? { size: row.size, note: row.note, signedAt: row.signed_at } : null
  }

  /** The checkpoint of exactly this size; null when none was signed. */
  at(size: number): SignedCheckpoint | null {
    const [row] = this.storage.sql
      .exec<{ note: string; signed_at: number }>('SELECT note, signed_at FROM checkpoints WHERE size = ?', size)
      .toArray()
    return row ? { size, note: row.note, signedAt: row.signed_at } : null
  }

  /** How many events no checkpoint covers yet. */
  unsigned(): number {
    return headOf(this.storage.sql) - (this.latest()?.size ?? 0)
  }

  /** Signs the sequence as it is now, unless that is signed already. One at a time. */
  publish(): Promise<SignedCheckpoint> {
    return this.inOrder(() => this.sign({ again: false }))
  }

  /**
   * A new key signs from now on, beside the old one for a while; the sequence is signed again with both. `tell` commits with the
   * key.
   */
  rotate(tell: (made: { vkey: string; replaces: string }) => void): Promise<SignedCheckpoint> {
    return this.inOrder(async () => {
      if (this.keys.origin() === null) this.keys.put(await this.keys.make(this.origin), Date.now())
      const made = await this.keys.make(this.keys.origin() ?? this.origin)
      const [replaced] = this.keys.all()
      this.storage.transactionSync(() => {
        this.keys.put(made, Date.now())
        tell({ vkey: formatVerifierKey(made.key), replaces: replaced?.vkey ?? '' })
      })
      return this.sign({ again: true })
    })
  }

  private async sign({ again }: { again: boolean }): Promise<SignedCheckpoint> {
    const { sql } = this.storage
    const size = headOf(sql)
    const latest = this.latest()
    if (latest && latest.size > size) return this.refuseToShrink(latest, size)
    if (latest?.size === size && !again) return latest
    const signedAt = Date.now()
    if (this.keys.origin() === null) this.keys.put(await this.keys.make(this.origin), signedAt)
    const root = this.treeOf(size).root()
    const text = formatCheckpoint({ origin: this.keys.origin() ?? this.origin, size, root })
    const note = `${text}\n${await this.keys.sign(text, signedAt)}`
    // The commit point: from here on nobody is told a smaller size.
    sql.exec(
      'INSERT OR REPLACE INTO checkpoints (size, root, note, signed_at) VALUES (?, ?, ?, ?)',
      size,
      root,
      note,
      signedAt,
    )
    return { size, note, signedAt }
  }

  /** The tree of the whole sequence: what it was at the last checkpoint, and what has come behind that. */
  private treeOf(size: number): Frontier {
    const { sql } = this.storage
    if (this.tree.size === 0 || this.tree.size > size || size - this.tree.size > catchUpMax) {
      completeNodes(sql, size)
      this.tree = Frontier.of(tilesOf(sql, size), size)
    }
    for (const hash of leafHashesBehind(sql, this.tree.size)) {
      const inside = this.tree.push(hash)
      if (inside) keepTile(sql, 0, this.tree.size / tileWidth - 1, inside)
    }
    if (this.tree.size !== size) throw new Error(`${this.tree.size} leaf hashes of ${size} events`)
    return this.tree
  }

  /** A database put back to an earlier day is not signed over what outsiders have seen: they will find what is missing. */
  private refuseToShrink(latest: SignedCheckpoint, size: number): SignedCheckpoint {
    logFault('audit.log-shrunk', new Error(`${size} events, signed were ${latest.size}`), { origin: this.origin })
    return latest
  }

  private inOrder<T>(step: () => Promise<T>): Promise<T> {
    const done = this.work.then(step)
    this.work = done.catch(() => {})
    return done
  }
}

/** A schema-less URL, as the specification recommends; set in stone with the log's first key. */
const originOf = (config: Config, organizationId: string): string =>
  `${new URL(config.publicUrl).host}/audit/${organizationId}`
