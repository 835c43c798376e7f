import { sameBytes } from './bytes.ts'
import { type ChunkKeys, chunkKeys, commitmentSize, openChunk, saltSize } from './chunks.ts'
import type { PackageHeader } from './contract.ts'
import type { ContentDigest } from './digest.ts'
import { preambleBytesMax, readHeader } from './header.ts'
import { contentDigests, deriveKey } from './key.ts'
import { PackageError } from './package-error.ts'

/** A package whose passphrase has been proven right, and its header with it. */
export interface UnlockedPackage {
  header: PackageHeader
  /** All that stands before the chunks. */
  start: Uint8Array
  keys: ChunkKeys
  digestOf: (path: string) => ContentDigest
}

/** How many bytes of a file hold its start, at most. */
export const startBytesMax = preambleBytesMax + saltSize + commitmentSize

export const cutOff = () => new PackageError('truncated', 'The package ends before its end.')

/**
 * Makes the keys of a package of which the first bytes are given (`startBytesMax` are always enough). Throws what is wrong
 * with them before any key is made, and `wrong_passphrase` before anything is decrypted. `progress` hears each hundredth of the key's making.
 */
export const unlockPackage = async (
  bytes: Uint8Array,
  passphrase: string,
  { progress }: { progress?: ((share: number) => void) | undefined } = {},
): Promise<UnlockedPackage> => {
  const { header, preamble } = readHeader(bytes)
  const start = bytes.slice(0, preamble.length + saltSize + commitmentSize)
  if (start.length < preamble.length + saltSize + commitmentSize) throw cutOff()
  const salt = start.subarray(preamble.length, preamble.length + saltSize)
  const key = await deriveKey(passphrase, header.kdf, progress)
  const keys = await chunkKeys(key, salt, preamble)
  if (!sameBytes(keys.commitment, start.subarray(preamble.length + saltSize)))
    throw new PackageError('wrong_passphrase', 'The passphrase is not that of this package, or its header was altered.')
  return { header, start, keys, digestOf: contentDigests(key, header.id) }
}

/** Throws `damaged` for a chunk that is not what was sealed at this place. */
export const openedChunk = async (keys: ChunkKeys, index: number, sealed: Uint8Array<ArrayBuffer>) => {
  const plaintext = await openChunk(keys, index, sealed)
  if (!plaintext) throw new PackageError('damaged', 'A piece of the package has been altered.')
  return plaintext
}
