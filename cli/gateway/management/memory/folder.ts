import { randomBytes } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { type FileHandle, link, mkdir, open, realpath, rename, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { memoryBytesMax } from '../../../../worker/features/connectors/link/memory/contract.ts'
import { Refused, Stale, TooLarge } from '../refused.ts'
import { sha256 } from './files.ts'

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants

/**
 * A folder below a workspace, entered step by step without following a link: the agent itself can write there, and what it
 * puts in our way must not lead us out. On Linux names are looked up in the opened folder, so that nobody can exchange it
 * behind our back; elsewhere the path is looked at once more before it is used.
 */
export class Folder {
  readonly #handle: FileHandle
  readonly #path: string

  private constructor(handle: FileHandle, path: string) {
    this.#handle = handle
    this.#path = path
  }

  /** `root`: a real path. Null when a folder on the way is not there and `create` is false. */
  static async enter(root: string, names: readonly string[], create: boolean): Promise<Folder | null> {
    let folder = new Folder(await open(root, O_RDONLY | O_DIRECTORY | O_NOFOLLOW), root)
    for (const name of names) {
      const outer = folder
      try {
        if (create) await outer.#make(name)
        const handle = await open(outer.#at(name), O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
        folder = new Folder(handle, join(outer.#path, name))
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return null
        if (codeOf(error) === 'ELOOP' || codeOf(error) === 'ENOTDIR')
          throw new Refused(`${name} is no folder of this workspace.`)
        throw error
      } finally {
        await outer.leave()
      }
    }
    if (process.platform !== 'linux' && (await realpath(folder.#path)) !== folder.#path)
      throw new Refused('The folder leads out of the workspace.')
    return folder
  }

  leave(): Promise<void> {
    return this.#handle.close()
  }

  /** Its SHA-256 and what the system says of it; null when there is none. Throws for what is no plain file of its own. */
  async look(name: string): Promise<{ hash: string; stats: Stats } | null> {
    let file: FileHandle
    try {
      file = await open(this.#at(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return null
      if (codeOf(error) === 'ELOOP') throw new Refused(`${name} is a link.`)
      throw error
    }
    try {
      const stats = await file.stat()
      if (!stats.isFile() || stats.nlink > 1) throw new Refused(`${name} is no plain file, or has a second name.`)
      if (stats.size > memoryBytesMax) throw new TooLarge(`${name} has ${stats.size} bytes.`)
      return { hash: sha256(await file.readFile()), stats }
    } finally {
      await file.close()
    }
  }

  /**
   * Puts a whole file in the place of one with this hash, or of none. Throws `Stale` when another is there. After a crash
   * the old or the new content is there; the moment between the last look and the change is all that a writer could use.
   */
  async replace(name: string, content: string, expectedHash: string | null): Promise<void> {
    const before = await this.#expect(name, expectedHash)
    const temporary = this.#at(`.clawbutler-${randomBytes(6).toString('hex')}.tmp`)
    try {
      await this.#write(temporary, content, before?.stats ?? null)
      await this.#expect(name, expectedHash)
      if (before) await rename(temporary, this.#at(name))
      else await link(temporary, this.#at(name))
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw new Stale(`${name} is there already.`)
      if (codeOf(error) === 'EPERM' || codeOf(error) === 'EACCES')
        throw new Refused(`This machine does not let the connector write ${name}.`)
      throw error
    } finally {
      await unlink(temporary).catch(() => undefined)
    }
    await this.#handle.sync()
  }

  async remove(name: string, expectedHash: string): Promise<void> {
    await this.#expect(name, expectedHash)
    await unlink(this.#at(name))
    await this.#handle.sync()
  }

  async #expect(name: string, expectedHash: string | null) {
    const found = await this.look(name)
    if ((found?.hash ?? null) !== expectedHash) throw new Stale(`${name} was changed since it was read.`)
    return found
  }

  /** With the rights of the file that it replaces; a new one has those of its folder, without the leave to run. */
  async #write(path: string, content: string, before: Stats | null): Promise<void> {
    const like = before ?? (await this.#handle.stat())
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(content)
      const own = await file.stat()
      const isOthers = own.uid !== like.uid || own.gid !== like.gid
      if (isOthers && (before || process.getuid?.() === 0)) await file.chown(like.uid, like.gid)
      await file.chmod(like.mode & 0o666)
      await file.sync()
    } finally {
      await file.close()
    }
  }

  async #make(name: string): Promise<void> {
    const like = await this.#handle.stat()
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

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : undefined)
