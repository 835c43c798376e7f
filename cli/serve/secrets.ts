import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** What an installation keeps secret, as the Worker reads it from its environment. */
const Secrets = z.object({
  SIGNING_KEYS: z.string(),
  ENCRYPTION_KEYS: z.string(),
  SETUP_TOKEN: z.string(),
  OPERATOR_TOKEN: z.string(),
})
export type Secrets = z.infer<typeof Secrets>

/** Reads the installation's secrets; on the first start it makes them. The file is readable by its owner only. */
export const secretsIn = (stateDir: string): Secrets => {
  mkdirSync(stateDir, { recursive: true, mode: 0o700 })
  const path = join(stateDir, 'secrets.json')
  if (existsSync(path)) return Secrets.parse(JSON.parse(readFileSync(path, 'utf8')))
  const secrets = newSecrets()
  // Written beside and renamed: a crash leaves either no file or a whole one.
  writeFileSync(`${path}.new`, `${JSON.stringify(secrets, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.new`, path)
  return secrets
}

const newSecrets = (): Secrets => {
  const { kty, crv, x, d } = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const token = () => randomBytes(32).toString('base64url')
  return {
    SIGNING_KEYS: JSON.stringify([{ kty, crv, x, d, kid: randomBytes(6).toString('hex') }]),
    ENCRYPTION_KEYS: JSON.stringify([{ id: randomBytes(4).toString('hex'), key: token() }]),
    SETUP_TOKEN: token(),
    OPERATOR_TOKEN: token(),
  }
}
