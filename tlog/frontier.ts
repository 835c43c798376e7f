import { emptyRoot, hashLength, nodeHash } from './hash.ts'
import { placeInside, subtreeRoot, type Tiles, tileWidth } from './tiles.ts'

const tileHeight = Math.log2(tileWidth)

/** A growing tree that keeps only the roots of its full subtrees: at most one for each bit of its size. */
export class Frontier {
  size = 0
  private readonly roots: Uint8Array[] = []
  /** What hashes inside the tile that is being filled, and from which leaf on it has been seen. */
  private inside = new Uint8Array((tileWidth - 1) * hashLength)
  private seenFrom = 0

  /** The frontier of the first `size` leaves of a tree that is there already. */
  static of(tiles: Tiles, size: number): Frontier {
    const frontier = new Frontier()
    for (let height = Math.floor(Math.log2(size)); frontier.size < size; height -= 1) {
      const count = 2 ** height
      if (size - frontier.size < count) continue
      frontier.roots.push(subtreeRoot(tiles, height, frontier.size / count))
      frontier.size += count
    }
    frontier.seenFrom = size
    return frontier
  }

  /** Answers what hashes inside the tile that this leaf fills, as `nodesInside` would; null for one seen in part, or not full. */
  push(leaf: Uint8Array): Uint8Array | null {
    const at = this.size % tileWidth
    let hash = leaf
    let height = 0
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.roots.pop()
      if (left) hash = nodeHash(left, hash)
      height += 1
      if (height <= tileHeight) this.inside.set(hash, placeInside(height, Math.floor(at / 2 ** height)) * hashLength)
    }
    this.roots.push(hash)
    this.size += 1
    if (at + 1 < tileWidth || this.seenFrom > this.size - tileWidth) return null
    return this.inside.slice()
  }

  root(): Uint8Array {
    const [last, ...rest] = this.roots.toReversed()
    return last ? rest.reduce((right, left) => nodeHash(left, right), last) : emptyRoot()
  }
}
