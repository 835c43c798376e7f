import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { fromBase64, toBase64 } from '../../../tlog/base64.ts'
import { type Cosigner, cosignerKey } from '../../../tlog/witness/cosignature.ts'
import { nothingWitnessed, type Witnessed } from '../../../tlog/witness/judge.ts'
import { makePrivateFolder, readJsonFile, writePrivateFile } from '../../profile/private-file.ts'
import { lockStateFolder } from '../../state/lock.ts'

const Key = z.object({ name: z.string(), privateKey: z.string() })
const Log = z.object({
  origin: z.string(),
  size: z.number().int().nonnegative(),
  root: z.string(),
  note: z.string().optional(),
})
const Pinned = z.record(z.string(), z.array(z.string()))

/** A witness's folder: its key, and for each log what it has cosigned last. Whatever is written is on disk when it returns. */
export interface WitnessFolder {
  cosigner: Cosigner
  /** What was cosigned last of a log. A damaged file is an error that names it, never a beginning. */
  latest: (origin: string) => Promise<Witnessed>
  /** From here on nothing smaller is cosigned, whatever happens to the process; `note` is what monitors read. */
  advance: (origin: string, next: Witnessed, note: string) => Promise<void>
  /** The newest checkpoint with our cosignature, by the SHA-256 of its log's origin in hex; null while there is none. */
  noteOf: (originHash: string) => Promise<string | null>
  /** Keys that were fetched from a URL the first time. */
  pinned: (url: string) => Promise<string[] | null>
  pin: (url: string, vkeys: string[]) => Promise<void>
  release: () => Promise<void>
}

/** Opens the folder for this process alone; throws `StateFolderBusy` while another one has it. */
export async function openWitnessFolder(folder: string, name: string | undefined): Promise<WitnessFolder> {
  await makePrivateFolder(folder)
  const release = await lockStateFolder(folder)
  try {
    const cosigner = await cosignerIn(join(folder, 'key.json'), name)
    const pins = join(folder, 'pinned.json')
    const fileBy = (originHash: string) => join(folder, `log-${originHash.slice(0, 32)}.json`)
    const hashOf = (origin: string) => createHash('sha256').update(origin).digest('hex')
    const fileOf = (origin: string) => fileBy(hashOf(origin))
    return {
      cosigner,
      latest: async (origin) => {
        const kept = await readJsonFile(fileOf(origin), Log)
        if (!kept) return nothingWitnessed()
        const root = fromBase64(kept.root)
        if (kept.origin !== origin || root?.length !== 32) throw new Error(`${fileOf(origin)} is damaged.`)
        return { size: kept.size, root }
      },
      advance: (origin, { size, root }, note) =>
        writePrivateFile(fileOf(origin), JSON.stringify({ origin, size, root: toBase64(root), note })),
      noteOf: async (originHash) => {
        const kept = await readJsonFile(fileBy(originHash), Log)
        return kept?.note !== undefined && hashOf(kept.origin) === originHash ? kept.note : null
      },
      pinned: async (url) => (await readJsonFile(pins, Pinned))?.[url] ?? null,
      pin: async (url, vkeys) =>
        writePrivateFile(pins, JSON.stringify({ ...(await readJsonFile(pins, Pinned)), [url]: vkeys }, null, 2)),
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

/** Makes the key the first time; its name stays. */
const cosignerIn = async (path: string, name: string | undefined): Promise<Cosigner> => {
  const kept = await readJsonFile(path, Key)
  if (kept && name !== undefined && kept.name !== name)
    throw new Error(`The witness in this folder is called ${kept.name}: another name needs another folder.`)
  if (kept) return cosignerOf(kept.name, createPrivateKey(kept.privateKey))
  const chosen = name ?? `witness.local/${createHash('sha256').update(path).digest('hex').slice(0, 12)}`
  if (!/^[^\s+]{1,200}$/.test(chosen)) throw new Error(`${chosen} is no name of a key: no spaces, no plus.`)
  const { privateKey } = generateKeyPairSync('ed25519')
  const pem = privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()
  await writePrivateFile(path, JSON.stringify({ name: chosen, privateKey: pem } satisfies z.infer<typeof Key>))
  return cosignerOf(chosen, privateKey)
}

const cosignerOf = (name: string, privateKey: KeyObject): Cosigner => ({
  key: cosignerKey(name, Uint8Array.from(Buffer.from(privateKey.export({ format: 'jwk' }).x ?? '', 'base64url'))),
  sign: async (message) => new Uint8Array(sign(null, message, privateKey)),
})
