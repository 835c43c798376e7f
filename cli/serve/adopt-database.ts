import { existsSync, mkdirSync, renameSync } from 'node:fs'
import { join } from 'node:path'

/** Under which the emulated D1 kept its database; the object that is the database now has it, and so opens its file. */
export const databaseKey = 'miniflare-D1DatabaseObject'

/** Takes over the database of an installation that ran on the emulated D1: the same files, moved as a whole. */
export const adoptDatabase = (data: string): void => {
  const [earlier, now] = [join(data, 'd1', databaseKey), join(data, 'do', databaseKey)]
  if (!existsSync(earlier) || existsSync(now)) return
  mkdirSync(join(data, 'do'), { recursive: true })
  renameSync(earlier, now)
}
