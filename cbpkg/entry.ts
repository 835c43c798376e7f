import type { Bytes } from './bytes.ts'
import { chunkSize, tagSize } from './chunks.ts'
import type { PackageManifest } from './contract.ts'
import { contentSize } from './manifest.ts'
import { PackageError } from './package-error.ts'
import { cutOff, openedChunk, type UnlockedPackage } from './unlock.ts'

/**
 * One entry of a package, read from its place in the file. The manifest is the one that was opened; `read` gives the bytes
 * of the file from an offset up to another. Throws `damaged` or `truncated` when it is not what was packed. All of it is in memory.
 */
export const readEntry = async (
  { header, start, keys, digestOf }: UnlockedPackage,
  manifest: PackageManifest,
  index: number,
  read: (from: number, to: number) => Promise<Bytes>,
): Promise<Bytes> => {
  const entry = manifest.entries[index]
  if (!entry) throw new RangeError(`There is no entry ${index}.`)
  const content = new Uint8Array(entry.size)
  const from = header.size - contentSize({ entries: manifest.entries.slice(index) })
  const to = from + entry.size
  for (let chunk = Math.floor(from / chunkSize); chunk * chunkSize < to; chunk += 1) {
    const at = chunk * chunkSize
    const length = Math.min(chunkSize, header.size - at) + tagSize
    const offset = start.length + chunk * (chunkSize + tagSize)
    const sealed = await read(offset, offset + length)
    if (sealed.length < length) throw cutOff()
    const plaintext = await openedChunk(keys, chunk, sealed)
    content.set(plaintext.subarray(Math.max(0, from - at), to - at), Math.max(0, at - from))
  }
  const digest = digestOf(entry.path)
  digest.update(content)
  if (digest.end() !== entry.digest) throw new PackageError('damaged', 'An entry is not what the manifest says.')
  return content
}
