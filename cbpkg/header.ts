import { type Bytes, joined, readUint32, uint32 } from './bytes.ts'
import { PackageHeader, packageLimits, packageVersion } from './contract.ts'
import { parseCanonical, toCanonical } from './json.ts'
import { PackageError } from './package-error.ts'

/** `CBPKG`, a zero, and the version. */
export const magic: Bytes = Uint8Array.of(0x43, 0x42, 0x50, 0x4b, 0x47, 0x00, packageVersion)
const lengthAt = magic.length
/** Where the header begins. */
export const headerAt = lengthAt + 4

/** So many bytes hold a header and what stands before it, always. */
export const preambleBytesMax = headerAt + packageLimits.headerBytesMax

/** The beginning of a file, all that stands before the ciphertext: what the key is bound to. */
export const encodePreamble = (header: PackageHeader): Bytes => {
  const bytes = toCanonical(header)
  return joined(magic, uint32(bytes.length), bytes)
}

/** How many bytes the header has, by the first `headerAt` bytes of a file. Throws for a file that is no package of this version. */
export const headerLength = (start: Uint8Array): number => {
  const named = magic.subarray(0, -1)
  if (named.some((byte, at) => at < start.length && start[at] !== byte) || start.length === 0)
    throw new PackageError('not_a_package', 'This is no .cbpkg package.')
  if (start.length < headerAt) throw new PackageError('truncated', 'The package ends within its first bytes.')
  const version = start[named.length] ?? 0
  if (version > packageVersion)
    throw new PackageError('future_version', `The package is of version ${version}; this reads ${packageVersion}.`)
  if (version < packageVersion) throw new PackageError('not_a_package', 'There is no such version of a package.')
  const length = readUint32(start, lengthAt)
  if (length > packageLimits.headerBytesMax)
    throw new PackageError('too_large', `The header is longer than ${packageLimits.headerBytesMax} bytes.`)
  return length
}

/** Throws `bad_header` for anything but a header in its one spelling, with parameters within their bounds. */
export const parseHeader = (bytes: Uint8Array): PackageHeader => {
  const header = parseCanonical(PackageHeader, bytes)
  if (!header) throw new PackageError('bad_header', 'The header of the package is none, or beyond what is allowed.')
  return header
}

/** What a package says of itself without its passphrase, by the first bytes of its file (`preambleBytesMax` are always enough). Nothing of it is proven yet. */
export const readHeader = (start: Uint8Array): { header: PackageHeader; preamble: Uint8Array } => {
  const end = headerAt + headerLength(start)
  if (start.length < end) throw new PackageError('truncated', 'The package ends within its header.')
  return { header: parseHeader(start.subarray(headerAt, end)), preamble: start.subarray(0, end) }
}
