import { expand } from '@noble/hashes/hkdf.js'
import { sha512 } from '@noble/hashes/sha2.js'
import { type Bytes, joined } from './bytes.ts'

/** HKDF-Expand with SHA-512 (RFC 5869) from a uniformly random key of 32 bytes. */
export const expandKey = (key: Bytes, info: Uint8Array, length: number): Bytes => {
  // The library wants as many bytes as the hash has. HMAC pads its key with zeros: these change nothing.
  const padded = joined(key, new Uint8Array(sha512.outputLen - key.length))
  return new Uint8Array(expand(sha512, padded, info, length))
}
