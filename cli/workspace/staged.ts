import { randomBytes } from 'node:crypto'
import type { Stats } from 'node:fs'
import { type FileHandle, link, open, rename, unlink } from 'node:fs/promises'

/** A whole file beside the place where it is to be, under a name that nobody looks for. */
export class StagedFile {
  readonly #file: FileHandle
  readonly #path: string

  private constructor(file: FileHandle, path: string) {
    this.#file = file
    this.#path = path
  }

  /**
   * Writes it into a folder (`at`: the path of a name in it), with owner and rights of `like`: the file that it replaces,
   * or the folder of a new one. Leaves nothing when the content throws.
   */
  static async write(
    at: (name: string) => string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    like: { stats: Stats; isReplaced: boolean },
    isExecutable: boolean,
  ): Promise<StagedFile> {
    const path = at(`.clawbutler-${randomBytes(6).toString('hex')}.tmp`)
    const staged = new StagedFile(await open(path, 'wx', 0o600), path)
    try {
      await staged.#fill(content, like, isExecutable)
      return staged
    } catch (error) {
      await staged.drop()
      throw error
    }
  }

  /** Gives it its name, over the file that is there or only where none is. After a crash it is whole or not there. */
  async place(path: string, over: boolean): Promise<void> {
    try {
      await this.#file.sync()
      await this.#file.close()
      if (over) await rename(this.#path, path)
      else {
        await link(this.#path, path)
        await unlink(this.#path)
      }
    } catch (error) {
      await this.drop()
      throw error
    }
  }

  async drop(): Promise<void> {
    await this.#file.close().catch(() => undefined)
    await unlink(this.#path).catch(() => undefined)
  }

  async #fill(
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    { stats: like, isReplaced }: { stats: Stats; isReplaced: boolean },
    isExecutable: boolean,
  ): Promise<void> {
    for await (const chunk of content) await writeWhole(this.#file, chunk)
    const own = await this.#file.stat()
    const isOthers = own.uid !== like.uid || own.gid !== like.gid
    if (isOthers && (isReplaced || process.getuid?.() === 0)) await this.#file.chown(like.uid, like.gid)
    const readable = like.mode & 0o666
    // Who may read it may run it.
    await this.#file.chmod(isExecutable ? readable | ((readable & 0o444) >> 2) : readable)
  }
}

async function writeWhole(file: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten
}
