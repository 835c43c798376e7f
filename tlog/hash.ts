import { sha256 } from '@noble/hashes/sha2.js'
import { sha256OfPair, sha256OfText } from './sha256.ts'

/** SHA-256 of RFC 6962 §2.1, with its two prefixes, so that no leaf can pass for a node. */
export const hashLength = 32

export const leafHash = (entry: Uint8Array): Uint8Array => sha256.create().update(leafPrefix).update(entry).digest()

export const nodeHash = (left: Uint8Array, right: Uint8Array): Uint8Array => sha256OfPair(1, left, right)

/** The leaf hash of a text. */
export const textLeafHash = (entry: string): Uint8Array => sha256OfText(0, entry)

/** The root of a tree without leaves. */
export const emptyRoot = (): Uint8Array => sha256(new Uint8Array())

export const sameHash = (left: Uint8Array, right: Uint8Array): boolean =>
  left.length === right.length && left.every((byte, index) => byte === right[index])

const leafPrefix = Uint8Array.of(0)
