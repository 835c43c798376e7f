import { sha256 } from '@noble/hashes/sha2.js'
import { fromBase64, toBase64 } from './base64.ts'

/** C2SP signed-note v1.0.0. A note is a text that ends in a newline, and signatures of it, one on each line. */
export interface Note {
  text: string
  signatures: { name: string; keyId: string; signature: Uint8Array<ArrayBuffer> }[]
}

/** Signature types: a log's own Ed25519, and a witness's timestamped cosignature. */
export const signatureTypes = { ed25519: 1, cosignature: 4 } as const
export type SignatureType = (typeof signatureTypes)[keyof typeof signatureTypes]

export interface NoteKey {
  name: string
  type: SignatureType
  /** 4 bytes in hex: SHA-256(name, newline, type, public key). */
  keyId: string
  publicKey: Uint8Array<ArrayBuffer>
}

const utf8 = new TextEncoder()
const signaturesMax = 64
/** A note as long as it may get: a score of signatures, post-quantum ones of nearly 5 kB among them. */
export const noteBytesMax = 128 * 1024
/** tlog-cosignature: a time is at most 2^63 − 1. */
const timeMax = 0x7fff_ffff_ffff_ffffn
const namePattern = /^[^\s+\p{White_Space}]+$/u

const pairs = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
export const hex = (bytes: Uint8Array): string => {
  let text = ''
  for (const byte of bytes) text += pairs[byte]
  return text
}

export const noteKey = (name: string, type: SignatureType, publicKey: Uint8Array<ArrayBuffer>): NoteKey => {
  const named = Uint8Array.of(...utf8.encode(`${name}\n`), type, ...publicKey)
  return { name, type, keyId: hex(sha256(named).slice(0, 4)), publicKey }
}

/** `<name>+<key id>+<base64 of type and key>`, the vkey of signed-note. */
export const formatVerifierKey = ({ name, type, keyId, publicKey }: NoteKey): string =>
  `${name}+${keyId}+${toBase64(Uint8Array.of(type, ...publicKey))}`

/** Null for what is no verifier key, or one whose id is not that of its key. */
export const parseVerifierKey = (text: string): NoteKey | null => {
  const [, name = '', keyId, encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? []
  const bytes = fromBase64(encoded)
  const type = Object.values(signatureTypes).find((known) => known === bytes?.[0])
  if (bytes?.length !== 33 || type === undefined || !namePattern.test(name)) return null
  const key = noteKey(name, type, bytes.slice(1))
  return key.keyId === keyId ? key : null
}

export const signatureLine = (name: string, keyId: string, signature: Uint8Array): string => {
  const id = Uint8Array.from(keyId.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  return `— ${name} ${toBase64(Uint8Array.of(...id, ...signature))}\n`
}

const hasControl = (text: string): boolean => Array.from(text).some((char) => char < ' ' && char !== '\n')

/** Null for what is no note. */
export const parseNote = (note: string): Note | null => {
  const split = note.lastIndexOf('\n\n')
  if (split < 0 || !note.endsWith('\n') || hasControl(note)) return null
  const lines = note.slice(split + 2, -1).split('\n')
  if (lines.length > signaturesMax) return null
  const signatures: Note['signatures'] = []
  for (const line of lines) {
    const [, name = '', encoded = ''] = /^— ([^ ]+) ([^ ]+)$/.exec(line) ?? []
    const bytes = fromBase64(encoded)
    if (!bytes || bytes.length < 5 || !namePattern.test(name)) return null
    signatures.push({ name, keyId: hex(bytes.subarray(0, 4)), signature: bytes.slice(4) })
  }
  return { text: note.slice(0, split + 1), signatures }
}

/** Whether a known key signed the note. A signature of that key that does not verify makes the whole note void. */
export const verifyNote = async (note: Note, key: NoteKey): Promise<boolean> => {
  const own = note.signatures.filter(({ name, keyId }) => name === key.name && keyId === key.keyId)
  if (own.length === 0) return false
  for (const { signature } of own) if (!(await verifySignature(note.text, key, signature))) return false
  return true
}

const verifySignature = async (text: string, key: NoteKey, signature: Uint8Array<ArrayBuffer>): Promise<boolean> => {
  const imported = await crypto.subtle.importKey('raw', key.publicKey, 'Ed25519', false, ['verify'])
  if (key.type === signatureTypes.ed25519)
    return crypto.subtle.verify('Ed25519', imported, signature, utf8.encode(text))
  const time = signature.length === 72 ? new DataView(signature.buffer, signature.byteOffset).getBigUint64(0) : null
  if (time === null || time > timeMax) return false
  return crypto.subtle.verify('Ed25519', imported, signature.slice(8), cosignedMessage(text, time))
}

/** What a witness signs (C2SP tlog-cosignature v1); `time` in seconds since 1970, `text` the whole text of the note. */
export const cosignedMessage = (text: string, time: bigint): Uint8Array<ArrayBuffer> =>
  new Uint8Array(utf8.encode(`cosignature/v1\ntime ${time}\n${text}`))
