import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { BeginOrdered } from '../../../worker/features/artifacts/contract.ts'
import { digestOfFile } from '../../artifacts/package-file.ts'
import { makePrivateFolder, readJsonFile, writePrivateFile } from '../../profile/private-file.ts'

/** Longer than any order is good for. */
const keptMs = 24 * 3_600_000

/**
 * Where packages wait on disk until they are uploaded. A package is finished when its announcement stands beside it; after a
 * crash a finished one is uploaded as it is, and is the same file that may have been announced before.
 */
export class BackupFolder {
  readonly #path: string

  constructor(stateDir: string) {
    this.#path = join(stateDir, 'backups')
  }

  fileOf(artifactId: string): string {
    return join(this.#path, `${artifactId}.cbpkg`)
  }

  #noteOf(artifactId: string): string {
    return join(this.#path, `${artifactId}.json`)
  }

  /** Makes the folder, and forgets what nobody waits for any more. */
  async open(now: number): Promise<void> {
    await makePrivateFolder(this.#path)
    for (const name of await readdir(this.#path)) {
      const path = join(this.#path, name)
      const { mtimeMs } = await stat(path)
      if (now - mtimeMs > keptMs) await rm(path, { force: true })
    }
  }

  finished(artifactId: string): Promise<BeginOrdered | null> {
    return readJsonFile(this.#noteOf(artifactId), BeginOrdered)
  }

  /** The package is whole on disk: from here on it is this one. */
  async finish(
    artifactId: string,
    { header, manifest }: Pick<BeginOrdered, 'header' | 'manifest'>,
  ): Promise<BeginOrdered> {
    const file = this.fileOf(artifactId)
    const { size } = await stat(file)
    const announcement = BeginOrdered.parse({ artifactId, header, manifest, size, sha256: await digestOfFile(file) })
    await writePrivateFile(this.#noteOf(artifactId), JSON.stringify(announcement))
    return announcement
  }

  async forget(artifactId: string): Promise<void> {
    await rm(this.#noteOf(artifactId), { force: true })
    await rm(this.fileOf(artifactId), { force: true })
  }
}
