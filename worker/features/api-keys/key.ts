import { digestOf, randomToken } from '../../platform/secrets.ts'

const form = /^cbk_([0-9a-hjkmnp-tv-z]{26})_([\w-]{43})$/

/** `cbk_<26 characters of the key's id>_<random>`: the id finds the row, the digest proves the key. */
export const newSecret = (keyId: string) => {
  const secret = `cbk_${keyId.slice('key_'.length)}_${randomToken()}`
  return { secret, digest: digestOf(secret), hint: `${secret.slice(0, 8)}…${secret.slice(-4)}` }
}

/** Which key a secret claims to be; null when it is none. */
export const readSecret = (secret: string) => {
  const [, id] = form.exec(secret) ?? []
  return id ? { keyId: `key_${id}`, digest: digestOf(secret) } : null
}
