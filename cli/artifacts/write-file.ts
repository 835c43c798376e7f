import { randomBytes } from 'node:crypto'
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { PackageLock } from '../../cbpkg/key.ts'
import { type NewPackage, type WrittenPackage, writePackage } from '../../cbpkg/write.ts'
import type { Collected } from './collect/entry.ts'

const notesMax = 20_000
const noteCharsMax = 512
/** Written at once: a package comes in pieces of a chunk each. */
const blockBytes = 256 * 1024

/**
 * Packs what was collected into a file that only its owner may read. After a crash the whole file is there or none. The
 * passphrase, or the key that was made of it before there was much else in memory.
 */
export async function packInto(
  path: string,
  collected: Collected,
  passphrase: string | PackageLock,
  { logN, progress }: Pick<NewPackage, 'logN' | 'progress'> = {},
): Promise<WrittenPackage> {
  const written = await writePackage({
    ...collected,
    passphrase,
    placeholders: noted(collected.placeholders),
    removed: noted(collected.removed),
    missing: noted(collected.missing),
    ...(logN ? { logN } : {}),
    ...(progress ? { progress } : {}),
  })
  const temporary = `${path}.${randomBytes(4).toString('hex')}.tmp`
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await writeAll(file, written.bytes)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, path)
  } finally {
    await unlink(temporary).catch(() => undefined)
  }
  const folder = await open(dirname(path), 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
  return written
}

async function writeAll(file: FileHandle, pieces: AsyncIterable<Uint8Array>): Promise<void> {
  let block: Uint8Array[] = []
  let bytes = 0
  for await (const piece of pieces) {
    block.push(piece)
    bytes += piece.length
    if (bytes < blockBytes) continue
    await file.writeFile(Buffer.concat(block))
    block = []
    bytes = 0
  }
  await file.writeFile(Buffer.concat(block))
}

/** Within the bounds of a manifest; a path that is too long is told by its beginning. */
const noted = <T extends { path: string }>(notes: readonly T[]): T[] =>
  notes.slice(0, notesMax).map((note) => ({ ...note, path: note.path.slice(0, noteCharsMax) }))
