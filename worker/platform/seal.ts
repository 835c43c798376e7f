import { Buffer } from 'node:buffer'
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject } from 'node:crypto'
import type { Config } from '../config.ts'
import { fromBase64Url, toBase64Url } from './secrets.ts'

/**
 * Encrypts a tenant's secret for storage: AES-256-GCM under the newest key, bound to `purpose` (a row's id or the
 * like), so that a sealed value moved to another row does not open. Form: `<key id>.<nonce>.<ciphertext>`.
 */
export const seal = async (config: Config, purpose: string, secret: string): Promise<string> => {
  const newest = config.encryptionKeys[0]
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv: nonce, additionalData: new TextEncoder().encode(purpose) },
    await aesKey(newest.key),
    new TextEncoder().encode(secret),
  )
  return `${newest.id}.${toBase64Url(nonce)}.${toBase64Url(new Uint8Array(sealed))}`
}

/** Opens what `seal` closed with the same purpose. Throws when key, purpose or bytes are not the same. */
export const unseal = async (config: Config, purpose: string, sealed: string): Promise<string> => {
  const [keyId, nonce, ciphertext] = sealed.split('.')
  const known = config.encryptionKeys.find((key) => key.id === keyId)
  if (!known || !nonce || !ciphertext) throw new Error('sealed value names no known key')
  const opened = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: fromBase64Url(nonce), additionalData: new TextEncoder().encode(purpose) },
    await aesKey(known.key),
    fromBase64Url(ciphertext),
  )
  return new TextDecoder().decode(opened)
}

/** What `seal` does, without an await: for where nothing may come in between. */
export const sealNow = (config: Config, purpose: string, secret: string): string => {
  const newest = config.encryptionKeys[0]
  const nonce = crypto.getRandomValues(new Uint8Array(12))
  const cipher = createCipheriv('aes-256-gcm', keyObject(newest.key), nonce).setAAD(new TextEncoder().encode(purpose))
  const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return `${newest.id}.${toBase64Url(nonce)}.${sealed.toString('base64url')}`
}

/** What `unseal` does, without an await. */
export const unsealNow = (config: Config, purpose: string, sealed: string): string => {
  const [keyId, nonce, ciphertext] = sealed.split('.')
  const known = config.encryptionKeys.find((key) => key.id === keyId)
  if (!known || !nonce || !ciphertext) throw new Error('sealed value names no known key')
  const bytes = Buffer.from(ciphertext, 'base64url')
  const decipher = createDecipheriv('aes-256-gcm', keyObject(known.key), fromBase64Url(nonce))
    .setAAD(new TextEncoder().encode(purpose))
    .setAuthTag(bytes.subarray(-16))
  return Buffer.concat([decipher.update(bytes.subarray(0, -16)), decipher.final()]).toString('utf8')
}

const keyObjects = new Map<string, KeyObject>()
/** Made once for each key of the configuration: making one takes as long as sealing with it. */
const keyObject = (key: string): KeyObject => {
  const known = keyObjects.get(key) ?? createSecretKey(fromBase64Url(key))
  keyObjects.set(key, known)
  return known
}

const aesKey = (key: string) =>
  crypto.subtle.importKey('raw', fromBase64Url(key), 'AES-GCM', false, ['encrypt', 'decrypt'])
