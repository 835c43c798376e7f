import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'

/** The bytes of all workspaces by nothing but AES-GCM, in a process of its own: no key to make, no digests, no gateway. */

const [work, folder = '', file = ''] = process.argv.slice(2)
const key = Buffer.alloc(32, 1)

const seal = async (): Promise<void> => {
  const cipher = createCipheriv('aes-256-gcm', key, randomBytes(12))
  const names = readdirSync(folder).filter((name) => name.startsWith('workspace-'))
  const all = async function* () {
    for (const name of names)
      for (const each of readdirSync(join(folder, name))) yield* createReadStream(join(folder, name, each))
  }
  await pipeline(all(), cipher, createWriteStream(file))
}
const open = async (): Promise<void> =>
  // Without its tag it says at the end that it is not genuine; by then all of it has been decrypted.
  pipeline(
    createReadStream(file),
    createDecipheriv('aes-256-gcm', key, randomBytes(12)),
    createWriteStream(`${file}-out`),
  ).catch(() => undefined)

const startedAt = performance.now()
await (work === 'seal' ? seal() : open())
console.log(JSON.stringify({ ms: performance.now() - startedAt }))
