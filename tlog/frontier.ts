import { emptyRoot, nodeHash } from './hash.ts'

/** A growing tree that keeps only the roots of its full subtrees: at most one for each bit of its size. */
export class Frontier {
  size = 0
  private readonly roots: Uint8Array[] = []

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
