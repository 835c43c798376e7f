import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { leafHash } from '../../../tlog/hash.ts'
import { encodeIndex } from '../../../tlog/tiles.ts'

/** What opens the commitment of one event; both are null once it has been erased. */
const Opening = z.object({ payload: z.string().nullable(), salt: z.string().nullable() })
export type Opening = z.infer<typeof Opening>

const Commitment = z.object({ pl: z.object({ alg: z.literal('HMAC-SHA-256'), commit: z.string() }) })
const nonceLength = 12
const tagLength = 16
export const keyLength = 32

/** A new name each time: a file is never written over, so a key and its nonce never see a second text. */
export const openingsPath = (organizationId: string, n: number): string =>
  `${organizationId}/openings/${encodeIndex(n)}-${randomBytes(12).toString('hex')}`

/** The openings of one tile, AES-256-GCM under a key of their own, bound to the name of their file. */
export const sealOpenings = (key: Uint8Array, path: string, openings: readonly Opening[]): Uint8Array => {
  const nonce = randomBytes(nonceLength)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(path))
  return Buffer.concat([nonce, cipher.update(JSON.stringify(openings), 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** Null for bytes that are not what was sealed under this name. */
export const openOpenings = (key: Uint8Array, path: string, bytes: Uint8Array): Opening[] | null => {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, nonceLength))
      .setAAD(Buffer.from(path))
      .setAuthTag(bytes.subarray(-tagLength))
    const text = Buffer.concat([decipher.update(bytes.subarray(nonceLength, -tagLength)), decipher.final()])
    return z.array(Opening).parse(JSON.parse(text.toString('utf8')))
  } catch {
    return null
  }
}

/** Whether the leaves are those of these hashes. */
export const leavesFit = (leaves: readonly string[], hashes: Uint8Array): boolean =>
  leaves.length * 32 === hashes.length &&
  leaves.every((leaf, at) => Buffer.compare(leafHash(Buffer.from(leaf)), hashes.subarray(at * 32, at * 32 + 32)) === 0)

/** Whether payload and salt are what the leaf commits to; what has been erased opens nothing, and fits. */
export const openingFits = (leaf: string, { payload, salt }: Opening): boolean => {
  if (payload === null || salt === null) return payload === salt
  const { commit } = Commitment.parse(JSON.parse(leaf)).pl
  return createHmac('sha256', Buffer.from(salt, 'base64')).update(payload).digest('base64url') === commit
}
