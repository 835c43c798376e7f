import { PackageError } from '../../../cbpkg/package-error.ts'
import { verifyPackage } from '../../../cbpkg/read.ts'
import type { WrittenPackage } from '../../../cbpkg/write.ts'
import { artifactBytesMax, type BeginOrdered } from '../../../worker/features/artifacts/contract.ts'
import type { BackupProof, MakeBackup, ProveBackup } from '../../../worker/features/connectors/link/backups/contract.ts'
import { collect } from '../../artifacts/collect/collect.ts'
import { choosePassphrase } from '../../artifacts/passphrase.ts'
import { packInto } from '../../artifacts/write-file.ts'
import { TooLarge } from '../../gateway/management/refused.ts'
import type { GatewaySession } from '../../gateway/session.ts'
import type { PackageStore } from './cloud.ts'
import { BackupFolder } from './folder.ts'

export type BackupDeps = {
  stateDir: string
  /** Read each time, so that it can be replaced while the connector runs. */
  passphraseFile: string
  store: PackageStore
  say: (line: string) => void
}

const attemptsMax = 5
const whole = { sections: null, agents: null }

/** Makes and opens packages for the cloud, under a passphrase that stays on this machine. One at a time. */
export class Backups {
  readonly #deps: BackupDeps
  readonly #folder: BackupFolder
  #work: Promise<unknown> = Promise.resolve()

  constructor(deps: BackupDeps) {
    this.#deps = deps
    this.#folder = new BackupFolder(deps.stateDir)
  }

  /** Resolves when the cloud has it stored. After a crash the file that was made is uploaded, and no other is made. */
  make(session: GatewaySession, { artifactId }: MakeBackup): Promise<undefined> {
    return this.#inOrder(async () => {
      const { store, say } = this.#deps
      const folder = this.#folder
      await folder.open(Date.now())
      try {
        const announcement = (await folder.finished(artifactId)) ?? (await this.#pack(session, artifactId))
        await store.announce(announcement)
        await store.upload(artifactId, folder.fileOf(artifactId))
        say(`Backup ${artifactId}: ${announcement.size} bytes are stored.`)
        return undefined
      } finally {
        await folder.forget(artifactId)
      }
    })
  }

  async #pack(session: GatewaySession, artifactId: string): Promise<BeginOrdered> {
    const { passphraseFile } = this.#deps
    const passphrase = await choosePassphrase({ passphraseFile })
    const file = this.#folder.fileOf(artifactId)
    const written = await this.#written(session, file, passphrase)
    if (written.size > artifactBytesMax)
      throw new TooLarge(
        `The backup has ${written.size} bytes, and ${artifactBytesMax} can be stored. Export it to a file instead.`,
      )
    return this.#folder.finish(artifactId, written)
  }

  /** An agent at work writes its files: what changes while it is packed is packed again. */
  async #written(session: GatewaySession, file: string, passphrase: string): Promise<WrittenPackage> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await packInto(file, await collect(session, 'backup', whole), passphrase)
      } catch (error) {
        if (!(error instanceof PackageError && error.kind === 'changed') || attempt >= attemptsMax) throw error
      }
    }
  }

  /** What is wrong with the package is an answer; that it could not be had throws. */
  prove({ artifactId }: ProveBackup): Promise<BackupProof> {
    return this.#inOrder(async () => {
      const { store, passphraseFile } = this.#deps
      const passphrase = await choosePassphrase({ passphraseFile })
      const startedAt = Date.now()
      try {
        const { totals } = await verifyPackage(await store.download(artifactId), passphrase)
        return { outcome: 'passed', ...totals, durationMs: Date.now() - startedAt }
      } catch (error) {
        if (!(error instanceof PackageError)) throw error
        return { outcome: 'failed', kind: error.kind, detail: error.message }
      }
    })
  }

  #inOrder<T>(step: () => Promise<T>): Promise<T> {
    const done = this.#work.then(step)
    this.#work = done.catch(() => undefined)
    return done
  }
}
