import { generateKeyPairSync, sign } from 'node:crypto'
import { noteKey, signatureLine, signatureTypes } from '../../tlog/note.ts'

/** A log's key that only a test knows, and what it signs. */
export const aSigningKey = (name: string) => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const key = noteKey(name, signatureTypes.ed25519, new Uint8Array(raw))
  return { key, sign: (text: string) => signatureLine(name, key.keyId, sign(null, Buffer.from(text), privateKey)) }
}
