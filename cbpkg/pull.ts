import type { Bytes } from './bytes.ts'

/** Bytes that arrive in pieces of any size, taken in pieces of the size that is wanted. */
export class Pull {
  readonly #pieces: AsyncIterator<Uint8Array>
  #rest: Uint8Array = new Uint8Array()

  constructor(pieces: AsyncIterable<Uint8Array>) {
    this.#pieces = pieces[Symbol.asyncIterator]()
  }

  /** A copy of the next so many bytes; fewer only where they end. */
  async take(size: number): Promise<Bytes> {
    const taken = new Uint8Array(size)
    let filled = 0
    while (filled < size) {
      const piece = await this.next(size - filled)
      if (!piece) return taken.slice(0, filled)
      taken.set(piece, filled)
      filled += piece.length
    }
    return taken
  }

  /** The next bytes, at least one and at most so many, as they come; null at the end. */
  async next(most: number): Promise<Uint8Array | null> {
    while (this.#rest.length === 0) {
      const { done, value } = await this.#pieces.next()
      if (done) return null
      this.#rest = value
    }
    const piece = this.#rest.subarray(0, most)
    this.#rest = this.#rest.subarray(most)
    return piece
  }

  /** Tells the source that no more is wanted. */
  async close(): Promise<void> {
    await this.#pieces.return?.()
  }
}
