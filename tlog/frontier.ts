import { emptyRoot, nodeHash } from './hash.ts'
import { subtreeRoot, type Tiles } from './tiles.ts'

/** A growing tree that keeps only the roots of its full subtrees: at most one for each bit of its size. */
export class Frontier {
  size = 0
  private readonly roots: Uint8Array[] = []

  /** The frontier of the first `size` leaves of a tree that is there already. */
  static of(tiles: Tiles, size: number): Frontier {
    const frontier = new Frontier()
    for (let height = Math.floor(Math.log2(size)); frontier.size < size; height -= 1) {
      const count = 2 ** height
      if (size - frontier.size < count) continue
      frontier.roots.push(subtreeRoot(tiles, height, frontier.size / count))
      frontier.size += count
    }
    return frontier
  }

  push(leaf: Uint8Array): void {
    let hash = leaf
    for (let rest = this.size; rest % 2 === 1; rest = Math.floor(rest / 2)) {
      const left = this.roots.pop()
      if (left) hash = nodeHash(left, hash)
    }
    this.roots.push(hash)
    this.size += 1
  }

  root(): Uint8Array {
    const [last, ...rest] = this.roots.toReversed()
    return last ? rest.reduce((right, left) => nodeHash(left, right), last) : emptyRoot()
  }
}
