import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto'
import { formatCheckpoint } from '../../../tlog/checkpoint.ts'
import { leafHash } from '../../../tlog/hash.ts'
import { consistencyProof, rootOf } from '../../../tlog/merkle.ts'
import { type Cosigner, cosignerKey } from '../../../tlog/witness/cosignature.ts'
import { logOf } from '../growing-log.ts'
import { aSigningKey } from '../signing-key.ts'

/** A witness's key that only a test knows. */
export const aCosigner = (name: string): Cosigner => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  const secret = createPrivateKey(privateKey.export({ format: 'pem', type: 'pkcs8' }))
  return {
    key: cosignerKey(name, new Uint8Array(raw)),
    sign: async (message) => new Uint8Array(sign(null, message, secret)),
  }
}

/** A log that a test can lead astray: `fork` changes every entry from there on. */
export const aLog = (origin: string, fork = Number.POSITIVE_INFINITY) => {
  const signer = aSigningKey(origin)
  return { ...signer, origin, ...treeOf(origin, signer.sign, fork) }
}

/** The same log with another past. */
export const treeOf = (origin: string, signText: (text: string) => string, fork = Number.POSITIVE_INFINITY) => {
  const tilesAt = (size: number) =>
    logOf(Array.from({ length: size }, (_, n) => Buffer.from(n < fork ? `entry ${n}` : `other ${n}`)))
  return {
    root: (size: number) => rootOf(tilesAt(size), size),
    checkpoint: (size: number) => {
      const text = formatCheckpoint({ origin, size, root: rootOf(tilesAt(size), size) })
      return `${text}\n${signText(text)}`
    },
    proof: (from: number, to: number) => (from === 0 || from === to ? [] : consistencyProof(tilesAt(to), from, to)),
    leaf: (n: number) => leafHash(Buffer.from(`entry ${n}`)),
  }
}

/**
 * Checks a cosignature line by the words of C2SP tlog-cosignature v1, with node:crypto and no code of ours. Answers its
 * time in seconds; throws for what is none.
 */
export const checkCosignature = (note: string, line: string, vkey: string): number => {
  const [name = '', keyId = '', ...encodedKey] = vkey.split('+')
  const typed = Buffer.from(encodedKey.join('+'), 'base64')
  const hash = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4)
  const [dash, signer, encoded = ''] = line.trimEnd().split(' ')
  const bytes = Buffer.from(encoded, 'base64')
  const text = note.slice(0, note.lastIndexOf('\n\n') + 1)
  const time = bytes.readBigUInt64BE(4)
  const key = createPublicKey({
    key: { kty: 'OKP', crv: 'Ed25519', x: typed.subarray(1).toString('base64url') },
    format: 'jwk',
  })
  const isSigned = verify(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), key, bytes.subarray(12))
  if (typed[0] !== 4 || typed.length !== 33 || hash.toString('hex') !== keyId) throw new Error('not a witness’s key')
  if (dash !== '—' || signer !== name || !bytes.subarray(0, 4).equals(hash)) throw new Error('not the witness’s line')
  if (bytes.length !== 4 + 8 + 64 || !isSigned) throw new Error('the signature is wrong')
  return Number(time)
}
