import { createHash, createPrivateKey, generateKeyPairSync, sign } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { readJsonFile, writePrivateFile } from '../profile/private-file.ts'

const Identity = z.object({
  deviceId: z.string(),
  publicKey: z.string(),
  privateKeyPem: z.string(),
  /** What a gateway gave this device to come back with, by the gateway's address. */
  deviceTokens: z.record(z.string(), z.string()),
})
export type Identity = z.infer<typeof Identity>

const fileOf = (stateDir: string) => join(stateDir, 'device.json')

export function createIdentity(): Identity {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  // The last 32 bytes of the DER form are the raw key.
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  return {
    deviceId: createHash('sha256').update(raw).digest('hex'),
    publicKey: raw.toString('base64url'),
    privateKeyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    deviceTokens: {},
  }
}

/** This machine's device key; made on first use and kept readable by its owner only. */
export async function loadIdentity(stateDir: string): Promise<Identity> {
  const known = await readJsonFile(fileOf(stateDir), Identity)
  if (known) return known
  const identity = createIdentity()
  await saveIdentity(stateDir, identity)
  return identity
}

export const saveIdentity = (stateDir: string, identity: Identity) =>
  writePrivateFile(fileOf(stateDir), JSON.stringify(identity, null, 2))

export type SignedConnect = {
  clientId: string
  clientMode: string
  platform: string
  role: string
  scopes: readonly string[]
  token: string
  nonce: string
  signedAtMs: number
}

/** The exact text that a device signs to connect: version 3 of the gateway's device authentication. */
export function signedText(deviceId: string, connect: SignedConnect): string {
  const lower = (text: string) => text.trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())
  return [
    'v3',
    deviceId,
    connect.clientId,
    connect.clientMode,
    connect.role,
    connect.scopes.join(','),
    String(connect.signedAtMs),
    connect.token,
    connect.nonce,
    lower(connect.platform),
    '',
  ].join('|')
}

/** The `device` part of a connect request. */
export function proveDevice(identity: Identity, connect: SignedConnect) {
  const text = Buffer.from(signedText(identity.deviceId, connect), 'utf8')
  return {
    id: identity.deviceId,
    publicKey: identity.publicKey,
    signature: sign(null, text, createPrivateKey(identity.privateKeyPem)).toString('base64url'),
    signedAt: connect.signedAtMs,
    nonce: connect.nonce,
  }
}
