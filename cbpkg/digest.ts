import { hmac } from '@noble/hashes/hmac.js'
import { sha256 } from '@noble/hashes/sha2.js'
import { type Bytes, toHex } from './bytes.ts'
import { nodeCrypto } from './node-crypto.ts'

export interface ContentDigest {
  update(bytes: Uint8Array): void
  /** In hex; at most once. */
  end(): string
}

/** HMAC-SHA-256, bytes after bytes. */
export type Hmac = (key: Bytes) => ContentDigest

/** Wherever there is JavaScript. */
export const portableHmac: Hmac = (key) => {
  const mac = hmac.create(sha256, key)
  return { update: (bytes) => void mac.update(bytes), end: () => toHex(mac.digest()) }
}

/** Node's own. Null where there is no Node. */
export const nativeHmac = (): Hmac | null => {
  const crypto = nodeCrypto()
  if (!crypto) return null
  return (key) => {
    const mac = crypto.createHmac('sha256', key)
    return { update: (bytes) => void mac.update(bytes), end: () => mac.digest('hex') }
  }
}

export const hmacSha256: Hmac = nativeHmac() ?? portableHmac
