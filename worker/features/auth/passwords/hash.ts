import { type BinaryLike, randomBytes, type ScryptOptions, scrypt } from 'node:crypto'
import { fromBase64Url, sameSecret, toBase64Url } from '../../../platform/secrets.ts'
import { passwordCost as current } from './password-cost.ts'

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]+)\$([\w-]+)$/

export const hashPassword = async (password: string): Promise<string> => {
  const salt = randomBytes(16)
  const { ln, r, p } = current
  return `$scrypt$ln=${ln},r=${r},p=${p}$${toBase64Url(salt)}$${toBase64Url(await derive(password, salt, current))}`
}

/**
 * Whether the password is right, and whether its hash should be made anew because our parameters have grown. For
 * somebody who does not exist (`null`) it works as long and answers no.
 */
export const checkPassword = async (password: string, hash: string | null) => {
  const [, ln, r, p, salt, expected] = form.exec(hash ?? nobody) ?? []
  if (!ln || !r || !p || !salt || !expected) throw new Error('the stored password hash is not in PHC form')
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) }
  const derived = toBase64Url(await derive(password, fromBase64Url(salt), parameters))
  const ok = sameSecret(derived, expected) && hash !== null
  return { ok, outdated: JSON.stringify(parameters) !== JSON.stringify(current) }
}

const nobody = `$scrypt$ln=${current.ln},r=${current.r},p=${current.p}$${'A'.repeat(22)}$${'A'.repeat(43)}`

const derive = (password: string, salt: BinaryLike, { ln, r, p }: typeof current) => {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: 2 * 128 * 2 ** ln * r }
  return new Promise<Uint8Array>((resolve, reject) => {
    // The same person types the same characters on another keyboard in another composition: NFKC makes them one.
    scrypt(password.normalize('NFKC'), salt, 32, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
