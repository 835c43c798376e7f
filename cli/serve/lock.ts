import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** One server for each state folder. A lock whose process is gone is taken over. Throws when another one runs. */
export const lockState = (stateDir: string): (() => void) => {
  const path = join(stateDir, 'server.pid')
  if (existsSync(path)) {
    const pid = Number(readFileSync(path, 'utf8'))
    if (Number.isInteger(pid) && pid !== process.pid && isAlive(pid))
      throw new Error(`another ClawButler (process ${pid}) runs on ${stateDir}`)
    rmSync(path, { force: true })
  }
  writeFileSync(path, String(process.pid), { flag: 'wx', mode: 0o600 })
  return () => rmSync(path, { force: true })
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
