import { memoryBytesMax } from '../../../../worker/features/connectors/link/memory/contract.ts'
import { codeOf, NotPlain, WorkspaceFolder } from '../../../workspace/folder.ts'
import { Refused, Stale, TooLarge } from '../refused.ts'
import { sha256 } from './files.ts'

/** A folder of an agent's memory, in which a file is changed only as long as it is the one that was looked at. */
export class MemoryFolder {
  readonly #folder: WorkspaceFolder

  private constructor(folder: WorkspaceFolder) {
    this.#folder = folder
  }

  /** `root`: a real path. Null when a folder on the way is not there and is not to be made. */
  static async enter(root: string, names: readonly string[], make: boolean): Promise<MemoryFolder | null> {
    const folder = await plainly('The folder', () => WorkspaceFolder.enter(root, names, make))
    return folder && new MemoryFolder(folder)
  }

  leave(): Promise<void> {
    return this.#folder.leave()
  }

  /**
   * Puts a whole file in the place of one with this hash, or of none. Throws `Stale` when another is there. After a crash
   * the old or the new content is there; the moment between the last look and the change is all that a writer could use.
   */
  async replace(name: string, content: string, expectedHash: string | null): Promise<void> {
    await this.#expect(name, expectedHash)
    await plainly(name, async () => {
      const staged = await this.#folder.stage(name, [Buffer.from(content)], false)
      try {
        await this.#expect(name, expectedHash)
        await staged.place()
      } finally {
        await staged.drop()
      }
      await this.#folder.sync()
    })
  }

  async remove(name: string, expectedHash: string): Promise<void> {
    await this.#expect(name, expectedHash)
    await this.#folder.remove(name)
  }

  /** Throws `Stale` for every other file than the one with this SHA-256; null: there is to be none. */
  async #expect(name: string, expectedHash: string | null): Promise<void> {
    if ((await this.#hashOf(name)) !== expectedHash) throw new Stale(`${name} was changed since it was read.`)
  }

  async #hashOf(name: string): Promise<string | null> {
    const found = await plainly(name, () => this.#folder.open(name))
    if (!found) return null
    const { file, stats } = found
    try {
      if (stats.size > memoryBytesMax) throw new TooLarge(`${name} has ${stats.size} bytes.`)
      return sha256(await file.readFile())
    } finally {
      await file.close()
    }
  }
}

/** In the words of the link: what is not plain is refused, and so is what this user may not write. */
async function plainly<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof NotPlain) throw new Refused(`${name} cannot be used: ${error.message}.`)
    if (codeOf(error) === 'EEXIST') throw new Stale(`${name} is there already.`)
    if (codeOf(error) === 'EPERM' || codeOf(error) === 'EACCES')
      throw new Refused(`This machine does not let the connector write ${name}.`)
    throw error
  }
}
