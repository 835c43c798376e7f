import { hash } from 'node:crypto'
import { sha256 } from '@noble/hashes/sha2.js'

/** 256 random bits, base64url. */
export const randomToken = (): string => toBase64Url(crypto.getRandomValues(new Uint8Array(32)))

/** What is stored of a random token. Tokens have full entropy, so a plain digest is enough. */
export const digestOf = (token: string): string => hash('sha256', token)

/** Compares without telling by its time how much was right. */
export const sameSecret = (a: string, b: string): boolean => {
  const [left, right] = [sha256(new TextEncoder().encode(a)), sha256(new TextEncoder().encode(b))]
  return left.reduce((difference, byte, index) => difference | (byte ^ (right[index] ?? 0)), 0) === 0
}

export const toBase64Url = (bytes: Uint8Array): string => {
  let text = ''
  // A call takes only so many arguments.
  for (let start = 0; start < bytes.length; start += 8_192)
    text += String.fromCharCode(...bytes.subarray(start, start + 8_192))
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

export const fromBase64Url = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (char) => char.charCodeAt(0))
