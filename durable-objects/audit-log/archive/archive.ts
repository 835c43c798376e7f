import { Buffer } from 'node:buffer'
import { randomBytes } from 'node:crypto'
import { formatBundle, parseBundle } from '../../../tlog/bundle.ts'
import { fullRoot, tilePath, tileWidth } from '../../../tlog/tiles.ts'
import type { Config } from '../../../worker/config.ts'
import { sealNow, unsealNow } from '../../../worker/platform/seal.ts'
import { factsOf } from '../leaf-facts.ts'
import { recordedAtOf, storedBetween } from '../segments/read.ts'
import { completeNodes, tilesOf } from '../tree.ts'
import { ArchiveFault, readFile, writeOnce } from './bucket.ts'
import { keyLength, leavesFit, type Opening, openingFits, openingsPath, openOpenings, sealOpenings } from './files.ts'
import { archivedTiles, firstSeqOf, lastSeqOf, type TileRow, tileRow } from './tiles.ts'

/** A tile as the bucket has it. */
export interface TileRead {
  /** Leaf hashes as the object kept them. */
  hashes: Uint8Array
  /** What cannot be read stands here as empty text, which fits no hash and opens no commitment. */
  leaves: string[]
  openings: Opening[]
  /** What is wrong with it, when it is not what was archived. */
  fault: ArchiveFault | null
}

/** A file of openings that is in the bucket and that nothing refers to yet. */
export interface WrittenOpenings {
  path: string
  sealedKey: string
  bytes: number
}

const unreadable = (): Opening => ({ payload: '', salt: '' })
export const gone = (): Opening => ({ payload: null, salt: null })

/**
 * Full tiles of level 0 in the bucket: the entry bundle and the hash tiles as tlog-tiles lays them out, immutable, and
 * beside them what opens the commitments, encrypted under a key for each file that stands in the object alone. To destroy
 * the key is to destroy the text, also where copies of the bucket are.
 */
export class Archive {
  private readonly storage: DurableObjectStorage
  private readonly bucket: R2Bucket
  private readonly config: Config
  private readonly organizationId: string
  private work: Promise<unknown> = Promise.resolve()

  constructor(storage: DurableObjectStorage, bucket: R2Bucket, config: Config, organizationId: string) {
    this.storage = storage
    this.bucket = bucket
    this.config = config
    this.organizationId = organizationId
  }

  /** Steps that read the bucket and then commit come one after the other. */
  inOrder<T>(step: () => Promise<T>): Promise<T> {
    const done = this.work.then(step)
    this.work = done.catch(() => {})
    return done
  }

  /** When the oldest tile that is not archived became full; null while no tile under a checkpoint of `size` waits. */
  waitingSince(size: number): number | null {
    const { sql } = this.storage
    const last = lastSeqOf(archivedTiles(sql))
    if (last > size) return null
    return recordedAtOf(sql, last)
  }

  /**
   * Archives the next tile, if one is due. Cut off anywhere it begins again: the immutable files are the same bytes then,
   * and a file of openings whose key was never stored is litter by the name that was written down before it.
   */
  async archiveNext(size: number, now: number): Promise<void> {
    const { sql } = this.storage
    const n = archivedTiles(sql)
    if (lastSeqOf(n) > size) return
    completeNodes(sql, lastSeqOf(n))
    const events = [...storedBetween(sql, firstSeqOf(n), lastSeqOf(n))]
    const leaves = events.map(({ leaf }) => leaf)
    if (!this.isSigned(n, leaves)) throw new ArchiveFault(tilePath('entries', n), 'the events are not what was signed')
    const files = this.immutableFiles(n, leaves)
    const openings = events.map(({ payload, salt }) => ({
      payload,
      salt: salt && Buffer.from(salt).toString('base64'),
    }))
    const [written] = await Promise.all([
      this.writeOpenings(n, openings),
      ...files.map(({ path, bytes }) => writeOnce(this.bucket, path, bytes)),
    ])
    // The commit point: everything has been read back. Until here the object has all of it and would begin again.
    const times = leaves.flatMap((leaf) => factsOf(leaf)?.at ?? [])
    this.storage.transactionSync(() => {
      sql.exec(
        `INSERT INTO archive_tiles (n, first_at, last_at, recorded_at, openings, sealed_key, bytes, archived_at)
         VALUES (?, ?, ?, ?, NULL, NULL, ?, ?)`,
        n,
        Math.min(...times),
        Math.max(...times),
        recordedAtOf(sql, lastSeqOf(n)),
        files.reduce((sum, { bytes }) => sum + bytes.length, 0),
        now,
      )
      this.adopt(n, written)
    })
  }

  /** What the bucket has of an archived tile, held against the tree. */
  async read(n: number): Promise<TileRead> {
    const row = tileRow(this.storage.sql, n)
    if (!row) throw new Error(`tile ${n} is not archived`)
    const hashes = tilesOf(this.storage.sql)(0, n, tileWidth)
    const [bundle, openings] = await Promise.all([this.bundle(n), this.openingsOf(row)])
    const leaves = (bundle && parseBundle(bundle)) ?? []
    const fault = (path: string, found: string) => new ArchiveFault(path, found)
    const entriesPath = this.path('entries', n)
    const fits = leaves.length === tileWidth && this.isSigned(n, leaves)
    const found = !bundle
      ? fault(entriesPath, 'nothing is there')
      : !fits
        ? fault(entriesPath, 'the leaves are not those of the tree')
        : openings?.length !== tileWidth
          ? fault(row.openings ?? '', openings ? 'not all of the tile is there' : 'cannot be read')
          : leaves.every((leaf, at) => openingFits(leaf, openings[at] ?? unreadable()))
            ? null
            : fault(row.openings ?? '', 'a payload is not what its leaf commits to')
    return {
      hashes,
      leaves: Array.from({ length: tileWidth }, (_, at) => leaves[at] ?? ''),
      openings: Array.from({ length: tileWidth }, (_, at) => openings?.[at] ?? unreadable()),
      fault: found,
    }
  }

  /** The entry bundle as it is in the bucket: whoever verifies has to see what is there. */
  bundle(n: number): Promise<Uint8Array | null> {
    return readFile(this.bucket, this.path('entries', n))
  }

  /** Writes openings under a new name and key, and reads them back. Nothing refers to them before `adopt`. */
  async writeOpenings(n: number, openings: readonly Opening[]): Promise<WrittenOpenings> {
    const path = openingsPath(this.organizationId, n)
    const key = randomBytes(keyLength)
    const sealed = sealOpenings(key, path, openings)
    this.storage.sql.exec('INSERT INTO archive_litter (path) VALUES (?)', path)
    await writeOnce(this.bucket, path, sealed)
    const sealedKey = sealNow(this.config, purposeOf(path), key.toString('base64url'))
    return { path, sealedKey, bytes: sealed.length }
  }

  /** Part of a transaction: from its commit on these are the tile's openings, and the key of the earlier ones is gone. */
  adopt(n: number, { path, sealedKey }: WrittenOpenings): void {
    const { sql } = this.storage
    this.forgetOpenings(n)
    sql.exec('DELETE FROM archive_litter WHERE path = ?', path)
    sql.exec('UPDATE archive_tiles SET openings = ?, sealed_key = ? WHERE n = ?', path, sealedKey, n)
  }

  /** Part of a transaction: destroys the key; the file, which nobody can open any more, follows with `sweep`. */
  forgetOpenings(n: number): void {
    const { sql } = this.storage
    sql.exec(
      'INSERT OR IGNORE INTO archive_litter SELECT openings FROM archive_tiles WHERE n = ? AND openings IS NOT NULL',
      n,
    )
    sql.exec('UPDATE archive_tiles SET openings = NULL, sealed_key = NULL WHERE n = ?', n)
  }

  /** Deletes files that nothing refers to. Only in order with what writes them. */
  async sweep(): Promise<void> {
    const { sql } = this.storage
    const paths = sql.exec<{ path: string }>('SELECT path FROM archive_litter LIMIT 500').toArray()
    if (paths.length === 0) return
    await this.bucket.delete(paths.map(({ path }) => path))
    for (const { path } of paths) sql.exec('DELETE FROM archive_litter WHERE path = ?', path)
  }

  private async openingsOf({ openings, sealed_key }: TileRow): Promise<Opening[] | null> {
    if (openings === null || sealed_key === null) return Array.from({ length: tileWidth }, gone)
    const bytes = await readFile(this.bucket, openings)
    const key = Buffer.from(unsealNow(this.config, purposeOf(openings), sealed_key), 'base64url')
    return bytes && openOpenings(key, openings, bytes)
  }

  /** The entry bundle, the tile of its hashes, and each tile above that this one fills. */
  private immutableFiles(n: number, leaves: string[]): { path: string; bytes: Uint8Array }[] {
    const tiles = tilesOf(this.storage.sql)
    const files = [{ path: this.path('entries', n), bytes: formatBundle(leaves) as Uint8Array }]
    for (let level = 0, count = n + 1; ; level += 1, count /= tileWidth) {
      files.push({ path: this.path(level, count - 1), bytes: tiles(level, count - 1, tileWidth) })
      if (count % tileWidth !== 0) return files
    }
  }

  /** Whether these leaves are those of the tile, and the tile is the one whose root a checkpoint has signed. */
  private isSigned(n: number, leaves: readonly string[]): boolean {
    const tiles = tilesOf(this.storage.sql)
    const hashes = tiles(0, n, tileWidth)
    const [above, at] = [Math.floor(n / tileWidth), n % tileWidth]
    const root = tiles(1, above, at + 1).subarray(at * 32)
    return leavesFit(leaves, hashes) && Buffer.compare(fullRoot(hashes), root) === 0
  }

  private path(level: number | 'entries', n: number): string {
    return `${this.organizationId}/${tilePath(level, n)}`
  }
}

const purposeOf = (path: string): string => `archive:${path}`
