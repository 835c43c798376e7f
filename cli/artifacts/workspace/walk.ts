import { join } from 'node:path'
import { pathKey } from '../../../cbpkg/paths.ts'
import { NotPlain, WorkspaceFolder } from '../../workspace/folder.ts'
import { bytesOf, sha256Of } from './digest.ts'

/** A file of a workspace: its path from there, with `/`. */
export interface WorkspaceFile {
  path: string
  size: number
  isExecutable: boolean
  /** Where it was asked for as well: read while the file is open anyway. */
  sha256: string | null
}
export interface LeftOut {
  path: string
  reason: string
}

export const fileBytesMax = 32 * 1024 * 1024
const filesMax = 20_000
const depthMax = 32
const pathBytesMax = 400
const leftNames: ReadonlySet<string> = new Set(['.git', 'node_modules'])
/** Ours: half-written files, and where a package notes what may be run. */
const reserved = /^\.clawbutler-/

/**
 * The plain files of a workspace on this disk, in the order of their paths, and what is left out with the reason. No link
 * is followed. `root`: a real path; `others`: those of other agents, which a gateway likes to put into the first one's;
 * `withDigests`: each is read.
 */
export async function walkWorkspace(
  root: string,
  others: ReadonlySet<string>,
  withDigests: boolean,
): Promise<{ files: WorkspaceFile[]; left: LeftOut[] }> {
  const files: WorkspaceFile[] = []
  const left: LeftOut[] = []
  const visit = async (names: readonly string[]): Promise<void> => {
    const folder = await WorkspaceFolder.enter(root, names, false)
    if (folder === null) return
    const below: string[] = []
    try {
      for (const { name, kind } of await folder.list()) {
        const path = [...names, name].join('/')
        const reason = reasonAgainst(path, name, kind, names.length)
        if (reserved.test(name)) continue
        if (reason !== null) left.push({ path: sayable(path), reason })
        else if (kind === 'folder') {
          if (!others.has(join(root, path))) below.push(name)
        } else if (files.length >= filesMax) left.push({ path, reason: `more than ${filesMax} files` })
        else await look(folder, name, path)
      }
    } finally {
      await folder.leave()
    }
    for (const name of below) await visit([...names, name])
  }
  const look = async (folder: WorkspaceFolder, name: string, path: string): Promise<void> => {
    try {
      const found = await folder.open(name)
      if (!found) return
      const { file, stats } = found
      try {
        const { size, mode } = stats
        if (size > fileBytesMax) left.push({ path, reason: `${size} bytes, more than ${fileBytesMax}` })
        else {
          const sha256 = withDigests ? await sha256Of(bytesOf(file, size)) : null
          files.push({ path, size, isExecutable: (mode & 0o100) !== 0, sha256 })
        }
      } finally {
        await file.close()
      }
    } catch (error) {
      if (!(error instanceof NotPlain)) throw error
      left.push({ path, reason: error.message })
    }
  }
  await visit([])
  return { files: unique(files, left).sort((a, b) => (a.path < b.path ? -1 : 1)), left }
}

function reasonAgainst(path: string, name: string, kind: 'file' | 'folder' | 'other', depth: number): string | null {
  if (leftNames.has(name)) return 'not part of a package'
  if (kind === 'other') return 'a link, a socket or a device'
  if (depth >= depthMax) return 'too deep'
  const isNamed = isPortable(name) && Buffer.byteLength(path) <= pathBytesMax
  return isNamed ? null : 'a name that not every system can have'
}

/** What a package can name: no separators, control characters or drives, and each character in one form only. */
const isPortable = (name: string): boolean =>
  name.isWellFormed() && name.normalize('NFC') === name && !/[\\/:\p{Cc}\p{Cf}]/u.test(name) && !/[. ]$/.test(name)

const sayable = (path: string): string =>
  path
    .toWellFormed()
    .normalize('NFC')
    .replaceAll(/[\\:\p{Cc}\p{Cf}]/gu, '?')
    .slice(0, 400)

/** Of two names that differ only in capitals a package holds one: other systems could not hold both. */
function unique(files: WorkspaceFile[], left: LeftOut[]): WorkspaceFile[] {
  const seen = new Set<string>()
  return files.filter(({ path }) => {
    const folded = pathKey(path)
    if (!seen.has(folded)) return seen.add(folded)
    left.push({ path, reason: 'another file has the same name but for capitals' })
    return false
  })
}
