import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive, startOf } from '../state/process-identity.ts'

const goneWithinMs = 5_000

/**
 * Ends the runtime that a killed server left behind: it would hold the port, and two runtimes must never write the same
 * state. Call it with the state folder locked.
 */
export const endOrphan = async (stateDir: string): Promise<void> => {
  const path = join(stateDir, 'runtime.pid')
  const [pidText = '', start = ''] = (await readFile(path, 'utf8').catch(() => '')).trim().split(' ')
  const pid = Number(pidText)
  if (!Number.isInteger(pid) || pid <= 1 || start === '' || (await startOf(pid)) !== start) return
  process.kill(pid, 'SIGKILL')
  const deadline = Date.now() + goneWithinMs
  while ((await startOf(pid)) === start) {
    if (Date.now() > deadline) throw new Error(`the runtime of a killed server (process ${pid}) does not end`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  await rm(path, { force: true })
}

/** Remembers the runtime that this server started, and answers its process id; null where the system does not tell. */
export const rememberRuntime = async (stateDir: string): Promise<number | null> => {
  const children = await readFile(`/proc/${process.pid}/task/${process.pid}/children`, 'utf8').catch(() => '')
  for (const pid of children.trim().split(' ').map(Number)) {
    const name = await readFile(`/proc/${pid}/comm`, 'utf8').catch(() => '')
    if (name.trim() !== 'workerd') continue
    await writeFile(join(stateDir, 'runtime.pid'), `${pid} ${(await startOf(pid)) ?? ''}\n`, { mode: 0o600 })
    return pid
  }
  return null
}

/** Calls back once when the runtime has ended by itself. Answers how to stop watching. */
export const watchRuntime = (pid: number | null, ended: () => void): (() => void) => {
  if (pid === null) return () => {}
  const timer = setInterval(() => {
    if (isAlive(pid)) return
    clearInterval(timer)
    ended()
  }, 500)
  return () => clearInterval(timer)
}
