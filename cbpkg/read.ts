import { joined, readUint32, sameBytes } from './bytes.ts'
import { type ChunkKeys, chunkSize, commitmentSize, saltSize, tagSize } from './chunks.ts'
import { type PackageEntry, type PackageHeader, type PackageManifest, packageLimits } from './contract.ts'
import type { ContentDigest } from './digest.ts'
import { headerAt, headerLength } from './header.ts'
import { contentSize, parseManifest } from './manifest.ts'
import { PackageError } from './package-error.ts'
import { Pull } from './pull.ts'
import { cutOff, openedChunk, type UnlockedPackage, unlockPackage } from './unlock.ts'

export { readHeader } from './header.ts'

export interface OpenedEntry {
  entry: PackageEntry
  /** Read once, and before the next entry is asked for; what is left of it is passed over (and checked all the same). */
  content: AsyncIterable<Uint8Array>
}

export interface OpenedPackage {
  header: PackageHeader
  manifest: PackageManifest
  /** Each entry in the manifest's order, once. What it gave may be used when it has come to its end without throwing. */
  entries(): AsyncGenerator<OpenedEntry, void>
  /** For who does not read to the end. */
  close(): Promise<void>
}

/**
 * Opens a package of which nothing is believed: format, version and bounds before the key is made, the passphrase before
 * anything is decrypted, the manifest before it is shown. Throws a `PackageError` and closes the source when it is to be refused.
 * Memory is that of the key's making (1 KiB · 2^logN), the manifest and a few chunks. `progress` hears of the key's making.
 */
export const openPackage = async (
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
  { progress }: { progress?: ((share: number) => void) | undefined } = {},
): Promise<OpenedPackage> => {
  const file = new Pull(source)
  try {
    return await opened(file, await unlockPackage(await readStart(file), passphrase, { progress }))
  } catch (error) {
    await file.close()
    throw error
  }
}

/** The same with the keys that are there already; the source has to begin as the package did. */
export const openUnlocked = async (
  source: AsyncIterable<Uint8Array>,
  unlocked: UnlockedPackage,
): Promise<OpenedPackage> => {
  const file = new Pull(source)
  try {
    if (!sameBytes(await readStart(file), unlocked.start))
      throw new PackageError('changed', 'The file is not the one that was opened.')
    return await opened(file, unlocked)
  } catch (error) {
    await file.close()
    throw error
  }
}

const opened = async (file: Pull, { header, keys, digestOf }: UnlockedPackage): Promise<OpenedPackage> => {
  const plaintext = new Pull(decrypted(file, keys, header.size))
  const manifest = await readManifest(plaintext, header)
  let isRead = false
  return {
    header,
    manifest,
    entries: () => {
      if (isRead) throw new Error('The entries of a package are read once.')
      isRead = true
      return entriesOf(file, plaintext, manifest, digestOf)
    },
    close: () => file.close(),
  }
}

/** Reads a package to its end; what it answers has been checked whole. `progress` hears of each entry's end. */
export const verifyPackage = async (
  source: AsyncIterable<Uint8Array>,
  passphrase: string,
  options: { progress?: ((share: number) => void) | undefined } = {},
): Promise<{ header: PackageHeader; manifest: PackageManifest; totals: { entries: number; bytes: number } }> => {
  const { header, manifest, entries } = await openPackage(source, passphrase, options)
  let count = 0
  for await (const _ of entries()) count += 1
  return { header, manifest, totals: { entries: count, bytes: contentSize(manifest) } }
}

/** All that stands before the chunks; less when the file ends there. */
const readStart = async (file: Pull): Promise<Uint8Array> => {
  const first = await file.take(headerAt)
  return joined(first, await file.take(headerLength(first) + saltSize + commitmentSize))
}

/** The size is in the header, which the commitment has proven: what is missing and what is too much can be told apart. */
async function* decrypted(file: Pull, keys: ChunkKeys, size: number): AsyncGenerator<Uint8Array> {
  let left = size
  for (let index = 0; ; index += 1) {
    const length = Math.min(left, chunkSize)
    const sealed = await file.take(length + tagSize)
    if (sealed.length < length + tagSize) throw cutOff()
    const plaintext = await openedChunk(keys, index, sealed)
    left -= length
    const isLast = length < chunkSize
    if (isLast && (await file.next(1))) throw new PackageError('damaged', 'There is more in the file than the package.')
    yield plaintext
    if (isLast) return
  }
}

const readManifest = async (plaintext: Pull, header: PackageHeader): Promise<PackageManifest> => {
  const length = readUint32(await plaintext.take(4), 0)
  if (length > packageLimits.manifestBytesMax)
    throw new PackageError('too_large', `The manifest is longer than ${packageLimits.manifestBytesMax} bytes.`)
  if (4 + length > header.size) throw new PackageError('bad_manifest', 'The manifest is longer than the package.')
  return parseManifest(header, await plaintext.take(length))
}

async function* entriesOf(
  file: Pull,
  plaintext: Pull,
  manifest: PackageManifest,
  digestOf: (path: string) => ContentDigest,
): AsyncGenerator<OpenedEntry, void> {
  try {
    for (const entry of manifest.entries) {
      const content = contentOf(plaintext, entry, digestOf(entry.path))
      // Without `return`, so that who stops early does not end what is read on here.
      yield { entry, content: { [Symbol.asyncIterator]: () => ({ next: () => content.next() }) } }
      for (let next = await content.next(); !next.done; next = await content.next());
    }
    // Only the end of the last chunk proves that nothing is missing and nothing follows.
    if (await plaintext.next(1)) throw new PackageError('damaged', 'There is more in the package than its entries.')
  } finally {
    await file.close()
  }
}

async function* contentOf(
  plaintext: Pull,
  { size, digest: expected }: PackageEntry,
  digest: ContentDigest,
): AsyncGenerator<Uint8Array, void> {
  for (let left = size; left > 0; ) {
    const piece = await plaintext.next(left)
    if (!piece) throw cutOff()
    digest.update(piece)
    left -= piece.length
    yield piece
  }
  if (digest.end() !== expected) throw new PackageError('damaged', 'An entry is not what the manifest says.')
}
