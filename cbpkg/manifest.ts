import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, toHex } from './bytes.ts'
import { type PackageHeader, PackageManifest, packageLimits, sections } from './contract.ts'
import { parseCanonical, toCanonical } from './json.ts'
import { PackageError } from './package-error.ts'
import { collidingPath, isPlaced, pathFault, pathKey } from './paths.ts'

/** Bytes of a manifest, and what the header says of them. Throws for a manifest that no reader would take. */
export const encodeManifest = (manifest: PackageManifest): { bytes: Bytes; hash: string } => {
  const parsed = PackageManifest.safeParse(manifest)
  if (!parsed.success) throw new PackageError('bad_manifest', 'The manifest is not one of a package.')
  checkEntries(parsed.data)
  const bytes = toCanonical(parsed.data)
  if (bytes.length > packageLimits.manifestBytesMax)
    throw new PackageError('too_large', `The manifest is longer than ${packageLimits.manifestBytesMax} bytes.`)
  return { bytes, hash: toHex(sha256(bytes)) }
}

/** The manifest that belongs to this header. Throws for one that does not, or that says what cannot be. */
export const parseManifest = (header: PackageHeader, bytes: Uint8Array): PackageManifest => {
  if (bytes.length > packageLimits.manifestBytesMax)
    throw new PackageError('too_large', `The manifest is longer than ${packageLimits.manifestBytesMax} bytes.`)
  if (toHex(sha256(bytes)) !== header.manifestHash)
    throw new PackageError('bad_manifest', 'The manifest is not the one that the header names.')
  const manifest = parseCanonical(PackageManifest, bytes)
  if (!manifest) throw new PackageError('bad_manifest', 'The manifest of the package is none.')
  if (manifest.intent !== header.intent || manifest.createdAt !== header.createdAt)
    throw new PackageError('bad_manifest', 'Manifest and header contradict each other.')
  checkEntries(manifest)
  if (4 + bytes.length + contentSize(manifest) !== header.size)
    throw new PackageError('bad_manifest', 'The sizes of the entries do not add up to the size of the package.')
  return manifest
}

/** Bytes of all contents. */
export const contentSize = ({ entries }: Pick<PackageManifest, 'entries'>): number =>
  entries.reduce((sum, { size }) => sum + size, 0)

/** Throws `bad_path` for a path that could lead astray, `bad_manifest` for what contradicts itself. */
const checkEntries = (manifest: PackageManifest): void => {
  const { entries, agents } = manifest
  const known = new Set(agents.map(({ id }) => id))
  if (new Set(agents.map(({ id }) => pathKey(id))).size !== agents.length)
    throw new PackageError('bad_manifest', 'Two agents of the manifest would be one.')
  for (const entry of entries) {
    const fault = pathFault(entry.path)
    if (fault) throw new PackageError('bad_path', `The path of an entry ${fault}.`)
    if (!isPlaced(entry)) throw new PackageError('bad_manifest', 'The path of an entry is not that of its section.')
    if (entry.agent !== null && !known.has(entry.agent))
      throw new PackageError('bad_manifest', 'An entry is of an agent that the manifest does not name.')
  }
  if (collidingPath(entries.map(({ path }) => path)) !== null)
    throw new PackageError('bad_path', 'Two entries of the package would be one file.')
  const listed = sectionsOf(entries)
  if (listed.length !== manifest.sections.length || listed.some((section, at) => manifest.sections[at] !== section))
    throw new PackageError('bad_manifest', 'The sections of the manifest are not those of its entries.')
}

/** The sections that occur, in the order of the format. */
export const sectionsOf = (entries: readonly Pick<PackageManifest['entries'][number], 'section'>[]) => {
  const present = new Set(entries.map(({ section }) => section))
  return sections.filter((section) => present.has(section))
}
