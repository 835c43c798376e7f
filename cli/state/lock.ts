import { link, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, startOf } from './process-identity.ts'

/** Someone else works on the state folder. */
export class StateFolderBusy extends Error {
  readonly pid: number
  constructor(folder: string, pid: number) {
    super(`Another clawbutler (process ${pid}) already works on ${folder}.`)
    this.pid = pid
  }
}

/** The process that holds the folder's lock now, or null. */
async function holder(path: string): Promise<number | null> {
  const [pidText = '', start = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ')
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return null
  const now = await startOf(pid)
  return now !== null && start !== '' && now !== start ? null : pid
}

/**
 * Takes the folder for this process and returns how to give it back. A lock whose process is gone is taken over;
 * a live one throws `StateFolderBusy`.
 */
export async function lockStateFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'lock')
  const mine = `${path}.${process.pid}`
  for (let attempt = 0; attempt < 5; attempt++) {
    await writeFile(mine, `${process.pid} ${(await startOf(process.pid)) ?? ''}\n`, { mode: 0o600 })
    try {
      // A link appears with its content, so nobody ever reads a lock that is still empty.
      await link(mine, path)
      return () => rm(path, { force: true })
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    } finally {
      await rm(mine, { force: true })
    }
    const pid = await holder(path)
    if (pid !== null) throw new StateFolderBusy(folder, pid)
    await rm(path, { force: true })
  }
  throw new Error(`The lock ${path} could not be taken.`)
}
