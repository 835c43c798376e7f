import { createCipheriv, createHash, createHmac, randomUUID, scryptSync } from 'node:crypto'
import canonicalize from 'canonicalize'
import { passphrase } from './packages.ts'

interface Forgery {
  magic?: string
  header?: Record<string, unknown>
  manifest?: Record<string, unknown>
  entries?: Record<string, unknown>[]
  contents?: string[]
  manifestLength?: number
  spell?: (json: string) => string
  spellManifest?: (json: string) => string
}

const uint32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** HKDF-Expand with SHA-512, by the letter of RFC 5869. */
const expand = (key: Buffer, info: Buffer, length: number): Buffer => {
  let block = Buffer.alloc(0)
  let all = Buffer.alloc(0)
  for (let at = 1; all.length < length; at += 1) {
    block = createHmac('sha512', key)
      .update(block)
      .update(info)
      .update(Buffer.from([at]))
      .digest()
    all = Buffer.concat([all, block])
  }
  return all.subarray(0, length)
}

/**
 * A package by somebody who knows the passphrase and means harm: properly encrypted, and wrong where the test says so.
 * Written on its own, with nothing of what it tests.
 */
export const forge = (wrong: Forgery): Buffer => {
  const salt = '5a'.repeat(16)
  const honestKdf = { name: 'scrypt', logN: 10, r: 8, p: 1, salt }
  const id = randomUUID()
  const kdfSalt = Object(wrong.header?.kdf).salt ?? salt
  const key = scryptSync(passphrase, Buffer.from(String(kdfSalt), 'hex'), 32, { N: 1024, r: 8, p: 1 })
  const digestKey = expand(key, Buffer.from(`cbpkg@v2+entry-digest\0${id}`), 32)
  const contents = (wrong.contents ?? ['{}']).map((content) => Buffer.from(content))
  const described: Record<string, unknown>[] = wrong.entries ?? contents.map(({ length }) => ({ size: length }))
  const entries = described.map((entry, at) => {
    const path = String(entry.path ?? 'global/models.json')
    const mac = createHmac('sha256', digestKey)
      .update(uint32(Buffer.byteLength(path)))
      .update(path)
    const digest = mac.update(contents[at] ?? '').digest('hex')
    return { path, size: 0, digest, section: 'models', agent: null, ...entry }
  })
  const common = { intent: 'backup', createdAt: '2026-11-21T10:00:00.000Z' }
  const manifest = {
    version: 2,
    ...common,
    source: { product: 'forger', gateway: null },
    sections: [...new Set(entries.map(({ section }) => section))],
    agents: [],
    entries,
    placeholders: [],
    removed: [],
    missing: [],
    ...wrong.manifest,
  }
  const spelled = canonicalize(manifest) ?? ''
  const manifestBytes = Buffer.from(wrong.spellManifest?.(spelled) ?? spelled)
  const length = uint32(wrong.manifestLength ?? manifestBytes.length)
  const plaintext = Buffer.concat([length, manifestBytes, ...contents])
  const manifestHash = createHash('sha256').update(manifestBytes).digest('hex')
  const honest = { format: 'cbpkg', version: 2, id, ...common, secrets: false, kdf: honestKdf, manifestHash }
  const json = canonicalize({ ...honest, size: plaintext.length, ...wrong.header }) ?? ''
  const header = Buffer.from(wrong.spell?.(json) ?? json)
  const preamble = Buffer.concat([Buffer.from(wrong.magic ?? 'CBPKG\0\u0002'), uint32(header.length), header])
  return Buffer.concat([preamble, seal(key, preamble, plaintext)])
}

const seal = (key: Buffer, context: Buffer, plaintext: Buffer): Buffer => {
  const salt = Buffer.alloc(24, 7)
  const info = Buffer.concat([Buffer.from('c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\0'), salt, context])
  const derived = expand(key, info, 76)
  const parts = [salt, derived.subarray(44)]
  for (let at = 0, index = 0; at <= plaintext.length; at += 16_384, index += 1) {
    const nonce = Buffer.from(derived.subarray(32, 44))
    nonce.writeUInt32BE((nonce.readUInt32BE(8) ^ index) >>> 0, 8)
    const cipher = createCipheriv('aes-256-gcm', derived.subarray(0, 32), nonce)
    parts.push(cipher.update(plaintext.subarray(at, at + 16_384)), cipher.final(), cipher.getAuthTag())
  }
  return Buffer.concat(parts)
}
