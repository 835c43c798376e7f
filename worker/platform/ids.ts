import { uuidv7obj } from 'uuidv7'
import type { IdPrefix } from './contract.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: `<prefix>_` and a UUIDv7 in Crockford base32, so ids made later sort later. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${base32(uuidv7obj().bytes)}`

/** 128 bits as 26 characters of 5 bits, the first holding the top three bits. */
const base32 = (bytes: Readonly<Uint8Array>): string => {
  let value = bytes.reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  let text = ''
  for (let index = 0; index < 26; index++) {
    text = alphabet.charAt(Number(value & 31n)) + text
    value >>= 5n
  }
  return text
}
