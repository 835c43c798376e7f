import { uuidv7obj } from 'uuidv7'
import type { IdPrefix } from './contract.ts'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** Two characters for each value of ten bits. */
const pairs = Array.from(alphabet, (high) => Array.from(alphabet, (low) => high + low)).flat()

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
    if (bits < 10) continue
    bits -= 10
    text += pairs[held >> bits]
    held &= (1 << bits) - 1
  }
  return text
}
