import { createHash, createPublicKey, verify } from 'node:crypto'
import { z } from 'zod'

/** What a client sends: protocol 4 of the OpenClaw gateway, as observed on the wire of 2026.9.6. */
export const RequestFrame = z.strictObject({
  type: z.literal('req'),
  id: z.string().min(1),
  method: z.string().min(1),
  params: z.record(z.string(), z.unknown()).default({}),
})

/** Closed like the gateway's own: an unknown field or a client id of one's own is refused. */
export const ConnectParams = z.strictObject({
  minProtocol: z.number(),
  maxProtocol: z.number(),
  client: z.strictObject({
    id: z.enum(['gateway-client', 'cli', 'test', 'webchat', 'openclaw-control-ui', 'openclaw-tui']),
    mode: z.enum(['webchat', 'cli', 'ui', 'backend', 'node', 'worker', 'probe', 'test']),
    version: z.string(),
    platform: z.string(),
    displayName: z.string().optional(),
    deviceFamily: z.string().optional(),
  }),
  role: z.literal('operator'),
  scopes: z.array(z.string()),
  caps: z.array(z.string()).default([]),
  auth: z.strictObject({ token: z.string().optional() }).optional(),
  device: z
    .strictObject({
      id: z.string(),
      publicKey: z.string(),
      signature: z.string(),
      signedAt: z.number(),
      nonce: z.string(),
    })
    .optional(),
  locale: z.string().optional(),
  userAgent: z.string().optional(),
})
export type ConnectParams = z.infer<typeof ConnectParams>

/** A request refused the way the gateway refuses: code, sentence, and details where it gives some. */
export class Refusal extends Error {
  readonly code: string
  readonly details: Record<string, unknown> | undefined
  readonly closeCode: number | undefined
  constructor(code: string, message: string, details?: Record<string, unknown>, closeCode?: number) {
    super(message)
    this.code = code
    this.details = details
    this.closeCode = closeCode
  }
}

const lower = (text: string | undefined) => (text ?? '').trim().replace(/[A-Z]/g, (letter) => letter.toLowerCase())
const ed25519Prefix = Buffer.from('302a300506032b6570032100', 'hex')

/** Checks a device's claim: its id is the digest of its key, and it signed exactly this connect for this nonce. */
export function checkDevice(connect: ConnectParams, nonce: string, challengedAt: number): void {
  const { device, client, role, scopes, auth } = connect
  if (!device) return
  const refuse = (code: string) => new Refusal('INVALID_REQUEST', 'device identity refused', { code }, 1008)
  const raw = Buffer.from(device.publicKey, 'base64url')
  if (raw.length !== 32 || createHash('sha256').update(raw).digest('hex') !== device.id) {
    throw refuse('DEVICE_AUTH_DEVICE_ID_MISMATCH')
  }
  if (device.nonce !== nonce) throw refuse('DEVICE_AUTH_NONCE_MISMATCH')
  if (Math.abs(device.signedAt - challengedAt) > 120_000) throw refuse('DEVICE_AUTH_SIGNATURE_EXPIRED')
  const text = [
    'v3',
    device.id,
    client.id,
    client.mode,
    role,
    scopes.join(','),
    String(device.signedAt),
    auth?.token ?? '',
    nonce,
    lower(client.platform),
    lower(client.deviceFamily),
  ].join('|')
  const key = createPublicKey({ key: Buffer.concat([ed25519Prefix, raw]), format: 'der', type: 'spki' })
  if (!verify(null, Buffer.from(text, 'utf8'), key, Buffer.from(device.signature, 'base64url'))) {
    throw refuse('DEVICE_AUTH_SIGNATURE_INVALID')
  }
}

export const tickIntervalMsDefault = 30_000
