import { uuidv7obj } from 'uuidv7'
import type { IdPrefix } from './contract.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new id: `<prefix>_` and a UUIDv7 in Crockford base32, so ids made later sort later. */
export const newId = (prefix: IdPrefix): string => `${prefix}_${base32(uuidv7obj().bytes)}`

/** 128 bits as 26 characters of 5 bits, the first holding the top three bits. */
const base32 = (bytes: Readonly<Uint8Array>): string => {
  let text = ''
  let held = 0
  let bits = 2
  for (const byte of bytes) {
    held = (held << 8) | byte
    bits += 8
    for (; bits >= 5; bits -= 5) text += alphabet.charAt((held >> (bits - 5)) & 31)
    held &= (1 << bits) - 1
  }
  return text
}
