import { scryptAsync } from '@noble/hashes/scrypt.js'
import type { Bytes } from './bytes.ts'
import { nodeCrypto } from './node-crypto.ts'

export type Scrypt = (
  passphrase: Uint8Array,
  salt: Uint8Array,
  logN: number,
  progress?: (share: number) => void,
) => Promise<Bytes>

const r = 8
const p = 1
const keySize = 32

/** RFC 7914 wherever there is JavaScript; yields every 50 ms, and tells each hundredth. */
export const portableScrypt: Scrypt = async (passphrase, salt, logN, progress) => {
  const onProgress = progress && byPercent(progress)
  const options = { N: 2 ** logN, r, p, dkLen: keySize, asyncTick: 50, ...(onProgress && { onProgress }) }
  return new Uint8Array(await scryptAsync(passphrase, salt, options))
}

const byPercent = (tell: (share: number) => void) => {
  let told = -1
  return (share: number) => {
    const percent = Math.floor(share * 100)
    if (percent > told) tell(percent / 100)
    told = percent
  }
}

/** Node's own: twice as fast, beside the main thread, and its memory is given back at once. Null where there is no Node. */
export const nativeScrypt = (): Scrypt | null => {
  const crypto = nodeCrypto()
  if (!crypto) return null
  return (passphrase, salt, logN, progress) =>
    new Promise((resolve, reject) => {
      const N = 2 ** logN
      crypto.scrypt(passphrase, salt, keySize, { N, r, p, maxmem: 128 * r * (N + 16) }, (error, key) => {
        if (error) return reject(error)
        progress?.(1)
        resolve(new Uint8Array(key))
      })
    })
}

export const scrypt: Scrypt = nativeScrypt() ?? portableScrypt
