import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { fromBase64, toBase64 } from '../../tlog/base64.ts'
import { type NoteKey, parseVerifierKey } from '../../tlog/note.ts'
import { makePrivateFolder, readJsonFile, writePrivateFile } from '../profile/private-file.ts'
import { configFolder } from '../profile/sign-in.ts'

/** What this machine has seen of a log: the one thing that a server cannot take back. */
const Seen = z.object({ origin: z.string(), keys: z.array(z.string()), size: z.number().int(), root: z.string() })

export interface SeenLog {
  keys: NoteKey[]
  size: number
  root: Uint8Array
}

const folderOf = (env: NodeJS.ProcessEnv) => join(configFolder(env), 'logs')
const fileOf = (env: NodeJS.ProcessEnv, origin: string) =>
  join(folderOf(env), `${createHash('sha256').update(origin).digest('hex').slice(0, 32)}.json`)

export async function seenLog(env: NodeJS.ProcessEnv, origin: string): Promise<SeenLog | null> {
  const seen = await readJsonFile(fileOf(env, origin), Seen)
  const root = seen && fromBase64(seen.root)
  if (!seen || !root) return null
  return { keys: seen.keys.flatMap((key) => parseVerifierKey(key) ?? []), size: seen.size, root }
}

/** Keeps what has just been verified, for the next time. */
export async function rememberLog(
  env: NodeJS.ProcessEnv,
  origin: string,
  { keys, size, root }: { keys: string[]; size: number; root: Uint8Array },
): Promise<void> {
  await makePrivateFolder(folderOf(env))
  const seen = { origin, keys, size, root: toBase64(root) } satisfies z.infer<typeof Seen>
  await writePrivateFile(fileOf(env, origin), JSON.stringify(seen, null, 2))
}
