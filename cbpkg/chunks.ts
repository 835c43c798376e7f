import { type Bytes, joined } from './bytes.ts'
import { expandKey } from './expand.ts'
import { gcm } from './gcm.ts'

/**
 * C2SP chunked-encryption with SHA-512 and AES-256-GCM (https://c2sp.org/chunked-encryption, "Cobblestone-256"): the salt, a
 * commitment to the key, and chunks of 16 KiB, of which the last is always shorter.
 */
export const chunkSize = 16 * 1024
export const tagSize = 16
export const saltSize = 24
export const commitmentSize = 32

const keySize = 32
const nonceSize = 12
const info = new TextEncoder().encode('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0')

/** How long the ciphertext of so many bytes is. */
export const ciphertextSize = (size: number): number =>
  saltSize + commitmentSize + size + tagSize * (Math.floor(size / chunkSize) + 1)

/** What one salt and one context make of the input key: key, base nonce and the commitment to them. */
export const chunkKeys = async (inputKey: Bytes, salt: Uint8Array, context: Uint8Array) => {
  const length = keySize + nonceSize + commitmentSize
  const derived = expandKey(inputKey, joined(info, salt, context), length)
  return {
    gcm: await gcm(derived.slice(0, keySize)),
    nonce: derived.slice(keySize, keySize + nonceSize),
    commitment: derived.slice(keySize + nonceSize),
  }
}
export type ChunkKeys = Awaited<ReturnType<typeof chunkKeys>>

/** The base nonce with the chunk's number, big-endian, on its last bytes. */
const nonceOf = (base: Bytes, index: number): Bytes => {
  const nonce = base.slice()
  const view = new DataView(nonce.buffer)
  view.setUint32(4, view.getUint32(4) ^ Math.floor(index / 2 ** 32))
  view.setUint32(8, view.getUint32(8) ^ (index % 2 ** 32))
  return nonce
}

export const sealChunk = (
  { gcm: { seal }, nonce }: ChunkKeys,
  index: number,
  plaintext: Bytes,
): Promise<Bytes> | Bytes => seal(nonceOf(nonce, index), plaintext)

/** Null for a chunk that is not what was sealed at this place. */
export const openChunk = ({ gcm: { open }, nonce }: ChunkKeys, index: number, sealed: Bytes) =>
  open(nonceOf(nonce, index), sealed)
