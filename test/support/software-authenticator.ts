import { z } from 'zod'
import { fromBase64Url, toBase64Url } from '../../worker/platform/secrets.ts'

const userPresentAndVerified = 0x05
const withCredential = 0x40

const text = (value: string) => new TextEncoder().encode(value)
const bytes = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const sha256 = async (value: Uint8Array<ArrayBuffer>) => new Uint8Array(await crypto.subtle.digest('SHA-256', value))
const uint32 = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 0xff)

const Coordinates = z.object({ x: z.string(), y: z.string() })

export interface Site {
  rpId: string
  origin: string
}

/** A passkey of its own making: ES256 by WebCrypto, attestation `none`, by the letter of WebAuthn level 3. */
export const aPasskey = async ({ rpId, origin }: Site) => {
  const keys = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, ['sign', 'verify'])
  if (!('privateKey' in keys)) throw new Error('a key pair was asked for')
  const credentialId = crypto.getRandomValues(new Uint8Array(32))
  const id = toBase64Url(credentialId)
  const passkey = { id, counter: 0, rpId, origin }

  const clientData = (type: 'webauthn.create' | 'webauthn.get', challenge: string) =>
    Uint8Array.from(text(JSON.stringify({ type, challenge, origin: passkey.origin, crossOrigin: false })))
  const authenticatorData = async (flags: number, ...more: Uint8Array[]) => {
    passkey.counter += 1
    const rpIdHash = await sha256(Uint8Array.from(text(passkey.rpId)))
    return bytes(rpIdHash, [flags], uint32(passkey.counter), ...more)
  }

  /** navigator.credentials.create() */
  const create = async (challenge: string) => {
    const { x, y } = Coordinates.parse(await crypto.subtle.exportKey('jwk', keys.publicKey))
    const coseKey = bytes(
      [0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32],
      fromBase64Url(x),
      [0x22, 0x58, 32],
      fromBase64Url(y),
    )
    const flags = userPresentAndVerified | withCredential
    const authData = await authenticatorData(flags, new Uint8Array(16), bytes([0, 32]), credentialId, coseKey)
    const attestationObject = bytes(
      [0xa3, 0x63],
      text('fmt'),
      [0x64],
      text('none'),
      [0x67],
      text('attStmt'),
      [0xa0, 0x68],
      text('authData'),
      [0x58, authData.length],
      authData,
    )
    const response = {
      clientDataJSON: toBase64Url(clientData('webauthn.create', challenge)),
      attestationObject: toBase64Url(attestationObject),
      transports: ['internal'],
    }
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }

  /** navigator.credentials.get() */
  const get = async (challenge: string) => {
    const client = clientData('webauthn.get', challenge)
    const authData = await authenticatorData(userPresentAndVerified)
    const signed = bytes(authData, await sha256(client))
    const raw = await crypto.subtle.sign({ name: 'ECDSA', hash: 'SHA-256' }, keys.privateKey, signed)
    const response = {
      clientDataJSON: toBase64Url(client),
      authenticatorData: toBase64Url(authData),
      signature: toBase64Url(toDer(new Uint8Array(raw))),
    }
    return { id, rawId: id, type: 'public-key', clientExtensionResults: {}, response }
  }

  return Object.assign(passkey, { create, get })
}

/** WebCrypto signs as r and s side by side, authenticators as an ASN.1 sequence of two integers. */
const toDer = (raw: Uint8Array) => {
  const integer = (value: Uint8Array) => {
    const start = value.findIndex((byte) => byte !== 0)
    const short = value.slice(start < 0 ? value.length - 1 : start)
    const positive = (short[0] ?? 0) & 0x80 ? bytes([0], short) : short
    return bytes([0x02, positive.length], positive)
  }
  const [r, s] = [integer(raw.slice(0, 32)), integer(raw.slice(32))]
  return bytes([0x30, r.length + s.length], r, s)
}
