import type { Bytes } from './bytes.ts'
import { nodeCrypto } from './node-crypto.ts'

const tagSize = 16

/** AES-256-GCM under one key, without additional data; the tag stands behind the ciphertext. */
export interface Gcm {
  seal(nonce: Bytes, plaintext: Bytes): Promise<Bytes> | Bytes
  /** Null for what was not sealed so. */
  open(nonce: Bytes, sealed: Bytes): Promise<Bytes | null> | Bytes | null
}

/** WebCrypto, wherever there is JavaScript. The key can not be read out of it again. */
export const portableGcm = async (bytes: Bytes): Promise<Gcm> => {
  const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt'])
  return {
    seal: async (iv, plaintext) => new Uint8Array(await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, plaintext)),
    open: async (iv, sealed) => {
      try {
        return new Uint8Array(await crypto.subtle.decrypt({ name: 'AES-GCM', iv }, key, sealed))
      } catch {
        return null
      }
    },
  }
}

/** Node's own, without a way to another thread and back for each piece. Null where there is no Node. */
export const nativeGcm = (bytes: Bytes): Gcm | null => {
  const node = nodeCrypto()
  if (!node) return null
  const key = node.createSecretKey(bytes)
  return {
    seal: (nonce, plaintext) => {
      const cipher = node.createCipheriv('aes-256-gcm', key, nonce)
      const sealed = new Uint8Array(plaintext.length + tagSize)
      sealed.set(cipher.update(plaintext))
      cipher.final()
      sealed.set(cipher.getAuthTag(), plaintext.length)
      return sealed
    },
    open: (nonce, sealed) => {
      const end = sealed.length - tagSize
      const decipher = node.createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagSize })
      decipher.setAuthTag(sealed.subarray(end))
      const plaintext = new Uint8Array(decipher.update(sealed.subarray(0, end)))
      try {
        // What it gave before is nothing until this has not thrown.
        decipher.final()
        return plaintext
      } catch {
        return null
      }
    },
  }
}

export const gcm = async (key: Bytes): Promise<Gcm> => nativeGcm(key) ?? portableGcm(key)
