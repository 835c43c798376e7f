import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, mkdirSync, readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { openPackage } from '../../cbpkg/read.ts'
import { type NewEntry, writePackage } from '../../cbpkg/write.ts'

/** One piece of work in a process of its own, which ends by saying what time and memory it took. */

const [work = '', folder = '', file = '', out = ''] = process.argv.slice(2)
const passphrase = 'a passphrase for the bench'

const agents = work === 'read' || work === 'open' ? [] : readdirSync(folder)
const files = agents.flatMap((agent) => readdirSync(join(folder, agent)).map((name) => ({ agent, name })))
const read = (path: string) => createReadStream(path)

const write = async (): Promise<void> => {
  const entries = files.map(({ agent, name }): NewEntry => {
    const path = join(folder, agent, name)
    const entry = `agents/${agent}/workspace/${name}`
    return { path: entry, section: 'workspace_files', agent, size: statSync(path).size, open: () => read(path) }
  })
  const { bytes } = await writePackage({
    passphrase,
    intent: 'backup',
    secrets: true,
    source: { product: 'bench', gateway: null },
    agents: agents.map((id) => ({ id, name: id })),
    placeholders: [],
    removed: [],
    missing: [],
    entries,
  })
  await pipeline(bytes, createWriteStream(file))
}

const unpack = async (): Promise<void> => {
  const { entries } = await openPackage(read(file), passphrase)
  for await (const { entry, content } of entries()) {
    const path = join(out, entry.path)
    mkdirSync(dirname(path), { recursive: true })
    await pipeline(content, createWriteStream(path))
  }
}

const key = Buffer.alloc(32, 1)
const iv = randomBytes(12)
/** The same bytes by nothing but AES-GCM: no key to make, no digests, no list. */
const seal = async (): Promise<void> => {
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const all = async function* () {
    for (const { agent, name } of files) yield* read(join(folder, agent, name))
  }
  await pipeline(all(), cipher, createWriteStream(file))
}
const open = async (): Promise<void> =>
  // Without its tag it says at the end that it is not genuine; by then all of it has been decrypted.
  pipeline(read(file), createDecipheriv('aes-256-gcm', key, iv), createWriteStream(out)).catch(() => undefined)

const works: Record<string, () => Promise<void>> = { write, read: unpack, seal, open, idle: async () => undefined }
const startedAt = performance.now()
await works[work]?.()
const ms = performance.now() - startedAt
const { user, system } = process.cpuUsage()
console.log(JSON.stringify({ ms, processorMs: (user + system) / 1000, peakMb: process.resourceUsage().maxRSS / 1024 }))
