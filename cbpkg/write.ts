import { type Bytes, joined, uint32 } from './bytes.ts'
import { type ChunkKeys, chunkKeys, chunkSize, ciphertextSize, saltSize, sealChunk } from './chunks.ts'
import {
  type PackageEntry,
  type PackageHeader,
  type PackageIntent,
  type PackageManifest,
  type PackageSection,
  packageLimits,
  packageVersion,
} from './contract.ts'
import type { ContentDigest } from './digest.ts'
import { encodePreamble } from './header.ts'
import { contentDigests, makeLock, type PackageLock } from './key.ts'
import { contentSize, encodeManifest, sectionsOf } from './manifest.ts'
import { PackageError } from './package-error.ts'
import { Pull } from './pull.ts'

export interface NewEntry {
  path: string
  section: PackageSection
  agent: string | null
  /** Bytes; `open` has to give exactly so many. */
  size: number
  /** Called twice: for the digest and for the content. */
  open(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>
}

export interface NewPackage {
  /** At least 12 characters; or the key that was made of it for this package, and for no other. */
  passphrase: string | PackageLock
  intent: PackageIntent
  /** Whether there are secrets among the contents; only a backup may have some. */
  secrets: boolean
  source: PackageManifest['source']
  agents: PackageManifest['agents']
  placeholders: PackageManifest['placeholders']
  removed: PackageManifest['removed']
  missing: PackageManifest['missing']
  /** 2^logN rounds and KiB of memory; 16 when not given. */
  logN?: number
  entries: readonly NewEntry[]
  /** Hears of the key's making, as a share of 1. */
  progress?: (share: number) => void
}

export interface WrittenPackage {
  header: PackageHeader
  manifest: PackageManifest
  /** How many bytes the file will have. */
  size: number
  /** The file, to be read once; in memory there are only a few chunks of it. Throws `changed` when an entry is not what it was. */
  bytes: AsyncGenerator<Uint8Array, void>
}

/**
 * Makes a package. Everything is read once for the manifest before this answers, and once more as `bytes` is read. Throws a
 * `PackageError` for a weak passphrase, a path that no reader would take, and what is beyond the bounds.
 */
export const writePackage = async (given: NewPackage): Promise<WrittenPackage> => {
  const { entries, intent, secrets, passphrase, logN, progress } = given
  if (secrets && intent !== 'backup') throw new PackageError('bad_header', 'Only a backup may have secrets inside.')
  const outline = outlineOf(given)
  const size = plaintextSize(outline)
  const id = crypto.randomUUID()
  const { kdf, key } = typeof passphrase === 'string' ? await makeLock(passphrase, { logN, progress }) : passphrase
  const digestOf = contentDigests(key, id)
  const manifest: PackageManifest = { ...outline, entries: [] }
  for (const entry of entries) manifest.entries.push(described(entry, await digestEntry(entry, digestOf(entry.path))))
  const { bytes: manifestBytes, hash: manifestHash } = encodeManifest(manifest)
  const { version, createdAt } = manifest
  const header: PackageHeader = {
    format: 'cbpkg',
    version,
    id,
    intent,
    createdAt,
    secrets,
    kdf,
    manifestHash,
    size,
  }
  const preamble = encodePreamble(header)
  const chunkSalt = crypto.getRandomValues(new Uint8Array(saltSize))
  const keys = await chunkKeys(key, chunkSalt, preamble)
  const start = joined(preamble, chunkSalt, keys.commitment)
  const plaintext = plaintextOf(manifestBytes, manifest, entries, digestOf)
  return { header, manifest, size: preamble.length + ciphertextSize(size), bytes: sealed(start, keys, plaintext) }
}

/** The manifest as it will be, but for the digests: they are all of one length, hence the manifest too. */
const outlineOf = ({
  intent,
  source,
  agents,
  placeholders,
  removed,
  missing,
  entries,
}: NewPackage): PackageManifest => ({
  version: packageVersion,
  intent,
  createdAt: new Date().toISOString(),
  source,
  sections: sectionsOf(entries),
  agents,
  entries: entries.map((entry) => described(entry, '0'.repeat(64))),
  placeholders,
  removed,
  missing,
})

/** Throws for what no reader would take, before the key is made and anything is read. */
const plaintextSize = (outline: PackageManifest): number => {
  const size = 4 + encodeManifest(outline).bytes.length + contentSize(outline)
  if (size > packageLimits.plaintextBytesMax)
    throw new PackageError('too_large', `A package holds at most ${packageLimits.plaintextBytesMax} bytes.`)
  return size
}

const described = ({ path, size, section, agent }: NewEntry, digest: string): PackageEntry => ({
  path,
  size,
  digest,
  section,
  agent,
})

const changed = () => new PackageError('changed', 'A file was changed while it was being packed.')

const digestEntry = async (entry: NewEntry, digest: ContentDigest): Promise<string> => {
  let length = 0
  for await (const piece of entry.open()) {
    length += piece.length
    if (length > entry.size) throw changed()
    digest.update(piece)
  }
  if (length !== entry.size) throw changed()
  return digest.end()
}

async function* plaintextOf(
  manifestBytes: Bytes,
  manifest: PackageManifest,
  entries: readonly NewEntry[],
  digestOf: (path: string) => ContentDigest,
): AsyncGenerator<Uint8Array, void> {
  yield joined(uint32(manifestBytes.length), manifestBytes)
  for (const [index, entry] of entries.entries()) {
    const digest = digestOf(entry.path)
    let left = entry.size
    for await (const piece of entry.open()) {
      left -= piece.length
      if (left < 0) throw changed()
      digest.update(piece)
      yield piece
    }
    if (left > 0 || digest.end() !== manifest.entries[index]?.digest) throw changed()
  }
}

async function* sealed(start: Bytes, keys: ChunkKeys, plaintext: AsyncIterable<Uint8Array>) {
  yield start
  const pull = new Pull(plaintext)
  try {
    for (let index = 0; ; index += 1) {
      const chunk = await pull.take(chunkSize)
      yield await sealChunk(keys, index, chunk)
      if (chunk.length < chunkSize) return
    }
  } finally {
    await pull.close()
  }
}
