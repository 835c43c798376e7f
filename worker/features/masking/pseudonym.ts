import { createHmac } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/**
 * Stands for a value of a class, the same wherever it comes up in one organization, and different in every other one:
 * `<class>:` and the first 50 bits of HMAC-SHA-256 under the organization's key. Among a million values of a class, two
 * have the same name with a chance of one in two thousand.
 */
export const pseudonymOf = (key: Uint8Array, name: string, value: string): string => {
  const digest = createHmac('sha256', key).update(`${name}\0${value}`).digest()
  let bits = digest.readUIntBE(0, 6) * 4 + ((digest[6] ?? 0) >> 6)
  let text = ''
  for (let index = 0; index < 10; index += 1) {
    text = alphabet.charAt(bits % 32) + text
    bits = Math.floor(bits / 32)
  }
  return `${name}:${text}`
}

export const placeholderOf = (pseudonym: string): string => `‹${pseudonym}›`
