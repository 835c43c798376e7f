import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

/** Texts up to this size are shown line by line. */
const shownBytesMax = 64 * 1024
const pieceBytes = 256 * 1024

export interface FileDigest {
  size: number
  sha256: string
  /** Where it is a short text. */
  text: string | null
}

/** The bytes of an opened file, as many as it had when it was looked at; fewer where it was cut since. */
export async function* bytesOf(file: FileHandle, size: number): AsyncGenerator<Uint8Array> {
  for (let left = size; left > 0; ) {
    const piece = Buffer.allocUnsafeSlow(Math.min(left, pieceBytes))
    const { bytesRead } = await file.read(piece, 0, piece.length)
    if (bytesRead === 0) return
    left -= bytesRead
    yield piece.subarray(0, bytesRead)
  }
}

export async function sha256Of(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of content) hash.update(chunk)
  return hash.digest('hex')
}

/** A file's digest, and its text where it is short. `size`: how long it is said to be. */
export async function digestOf(content: AsyncIterable<Uint8Array>, size: number): Promise<FileDigest> {
  const hash = createHash('sha256')
  const kept: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of content) {
    hash.update(chunk)
    bytes += chunk.length
    if (size <= shownBytesMax && bytes <= shownBytesMax) kept.push(Uint8Array.from(chunk))
  }
  const whole = Buffer.concat(kept)
  const isText = bytes <= shownBytesMax && whole.length === bytes && isUtf8(whole) && !whole.includes(0)
  return { size: bytes, sha256: hash.digest('hex'), text: isText ? whole.toString('utf8') : null }
}
