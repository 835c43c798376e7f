import { existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'

const shared = '/dev/shm/'
const gibibyte = 2 ** 30

/**
 * A folder for what the tests throw away, removed with this process; null where there is no room. Tens of thousands of
 * times the databases of the tests wait until a disk has written what nobody will read again; in memory there is no disk.
 */
export const folderInMemory = (): string | null => {
  if (!existsSync(shared) || freemem() < 4 * gibibyte) return null
  const { bavail, bsize } = statfsSync(shared)
  if (bavail * bsize < 2 * gibibyte) return null
  const folder = mkdtempSync(`${shared}cb-`)
  process.once('exit', () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }))
  return folder
}
