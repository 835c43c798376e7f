import { constants, type Stats } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, realpath, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { StagedFile } from './staged.ts'

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants

/** Something of a workspace that is not followed, read or written; its message says why. */
export class NotPlain extends Error {}

/**
 * A folder of a workspace, entered step by step without following a link: agents write there themselves, and what they put
 * in our way must not lead us out. On Linux names are looked up in the opened folder, so that nobody can exchange it
 * behind our back; elsewhere the path is looked at once more.
 */
export class WorkspaceFolder {
  readonly #handle: FileHandle
  readonly #path: string
  #stats: Stats | null = null

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle
    this.#path = path
  }

  /** `root`: a real path. Null when a folder on the way is not there and is not to be made. */
  static async enter(root: string, names: readonly string[], make: boolean): Promise<WorkspaceFolder | null> {
    let folder = new WorkspaceFolder(await open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), root)
    for (const name of names) {
      const outer = folder
      try {
        if (make) await outer.#make(name)
        folder = await outer.#below(name)
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        if (codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR') throw new NotPlain(`${name} is no folder`)
        throw error
      } finally {
        await outer.leave()
      }
    }
    if (process.platform === 'linux' || (await realpath(folder.#path)) === folder.#path) return folder
    await folder.leave()
    throw new NotPlain('the folder leads out of the workspace')
  }

  leave(): Promise<void> {
    return this.#handle.close()
  }

  /** What is in it, sorted by name. */
  async list(): Promise<{ name: string; kind: 'file' | 'folder' | 'other' }[]> {
    const path = process.platform === 'linux' ? `/proc/self/fd/${this.#handle.fd}` : this.#path
    const entries = await readdir(path, { withFileTypes: true })
    return entries
      .map((entry) => ({
        name: entry.name,
        kind: entry.isFile() ? ('file' as const) : entry.isDirectory() ? ('folder' as const) : ('other' as const),
      }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** A file opened for reading, and what the system says of it; null when there is none. */
  async open(name: string): Promise<{ file: FileHandle; stats: Stats } | null> {
    let file: FileHandle
    try {
      file = await open(this.#at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      if (codeOf(error) === 'ELOOP') throw new NotPlain('a link')
      if (codeOf(error) === 'EACCES' || codeOf(error) === 'EPERM') throw new NotPlain('not readable here')
      if (codeOf(error) === 'ENXIO') throw new NotPlain('no plain file')
      throw error
    }
    const stats = await file.stat()
    const isPlain = stats.isFile() && stats.nlink === 1
    if (isPlain) return { file, stats }
    await file.close()
    throw new NotPlain(stats.isFile() ? 'a file with a second name' : 'no plain file')
  }

  /**
   * Writes a whole file aside, with the owner of what it will replace or of its folder. Answers how it gets its place:
   * after a crash the old or the new content is there, never a part. That it is there for good, `sync` says.
   */
  async stage(
    name: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    isExecutable: boolean,
  ): Promise<{ place: () => Promise<void>; drop: () => Promise<void> }> {
    const before = await this.open(name)
    await before?.file.close()
    const like = { stats: before?.stats ?? (await this.#facts()), isReplaced: before !== null }
    const staged = await StagedFile.write((other) => this.#at(other), content, like, isExecutable)
    return { place: () => staged.place(this.#at(name), before !== null), drop: () => staged.drop() }
  }

  async remove(name: string): Promise<void> {
    await unlink(this.#at(name))
    await this.sync()
  }

  /** What got its place here before is there after a crash, too. */
  sync(): Promise<void> {
    return this.#handle.sync()
  }

  async #facts(): Promise<Stats> {
    this.#stats ??= await this.#handle.stat()
    return this.#stats
  }

  async #below(name: string): Promise<WorkspaceFolder> {
    return new WorkspaceFolder(await open(this.#at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW), join(this.#path, name))
  }

  async #make(name: string): Promise<void> {
    const like = await this.#facts()
    try {
      await mkdir(this.#at(name), like.mode & 0o777)
    } catch (error) {
      if (codeOf(error) === 'EEXIST') return
      throw error
    }
    if (process.getuid?.() !== 0) return
    const made = await open(this.#at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    try {
      await made.chown(like.uid, like.gid)
    } finally {
      await made.close()
    }
  }

  #at(name: string): string {
    return process.platform === 'linux' ? `/proc/self/fd/${this.#handle.fd}/${name}` : join(this.#path, name)
  }
}

export const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
