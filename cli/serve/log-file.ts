import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs'
import { join } from 'node:path'

const keepBytes = 20 * 1024 * 1024

/** The server's log in the state folder; at a start with a large one, the old becomes `server.log.1`. */
export const openLog = (stateDir: string) => {
  const path = join(stateDir, 'server.log')
  if (existsSync(path) && statSync(path).size > keepBytes) renameSync(path, `${path}.1`)
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  return { path, write: (line: string) => stream.write(`${line}\n`) }
}
