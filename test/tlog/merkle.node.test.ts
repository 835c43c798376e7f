import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Frontier } from '../../tlog/frontier.ts'
import { leafHash, nodeHash } from '../../tlog/hash.ts'
import { consistencyProof, inclusionProof, rootOf, verifyConsistency, verifyInclusion } from '../../tlog/merkle.ts'
import { nodesInside, tileWidth } from '../../tlog/tiles.ts'
import { logOf, plainRoot } from './growing-log.ts'

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')
const entry = (n: number) => Buffer.from(`entry ${n}`)
const byDefinition = (left: Uint8Array, right: Uint8Array) =>
  createHash('sha256')
    .update(Buffer.concat([Buffer.of(1), left, right]))
    .digest()

/** The leaves and roots that implementations of RFC 6962 hold themselves against. */
const published = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
const roots = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

describe('the tree', () => {
  test('has the published roots', () => {
    const leaves = published.map((text) => Buffer.from(text, 'hex'))
    for (const [size, root] of roots.entries()) expect(hex(rootOf(logOf(leaves.slice(0, size)), size))).toBe(root)
  })

  test('has the root of the definition at every size around full tiles', () => {
    const entries = Array.from({ length: 1_100 }, (_, n) => entry(n))
    const tiles = logOf(entries)
    for (const size of [1, 2, 3, 255, 256, 257, 511, 512, 513, 700, 1_024, 1_100])
      expect(hex(rootOf(tiles, size))).toBe(hex(plainRoot(entries.slice(0, size).map(leafHash), byDefinition)))
  })

  test('reads tiles of the second level', () => {
    const entries = Array.from({ length: 66_000 }, (_, n) => entry(n))
    const tiles = logOf(entries)
    const root = rootOf(tiles, 66_000)
    expect(hex(root)).toBe(hex(plainRoot(entries.map(leafHash), nodeHash)))
    for (const index of [0, 65_535, 65_536, 65_999])
      expect(
        verifyInclusion(inclusionProof(tiles, index, 66_000), {
          index,
          size: 66_000,
          leaf: leafHash(entry(index)),
          root,
        }),
      ).toBe(true)
  })
})

test.each([66_000, 65_536, 70_001])('nodes that are kept inside tiles change neither roots nor proofs (%i)', (size) => {
  const hashing = logOf(Array.from({ length: size }, (_, n) => entry(n)))
  let used = 0
  const inside = (level: number, n: number) => {
    used += 1
    return nodesInside(hashing(level, n, Math.min(tileWidth, Math.floor(size / tileWidth ** level) - n * tileWidth)))
  }
  const keeping = Object.assign((...tile: Parameters<typeof hashing>) => hashing(...tile), { inside })
  expect(rootOf(keeping, size)).toEqual(rootOf(hashing, size))
  for (const index of [0, 1, 127, 128, 255, 256, 4_321, 65_535, size - 1])
    expect(inclusionProof(keeping, index, size)).toEqual(inclusionProof(hashing, index, size))
  for (const from of [1, 255, 256, 257, 40_000, 65_535, size - 1])
    expect(consistencyProof(keeping, from, size)).toEqual(consistencyProof(hashing, from, size))
  expect(used).toBeGreaterThan(100)
})

test('a growing tree has the roots of the definition, and hands out what hashes inside each tile that it saw whole', () => {
  const leaves = Array.from({ length: 1_300 }, (_, n) => leafHash(entry(n)))
  const tiles = logOf(Array.from({ length: 1_300 }, (_, n) => entry(n)))
  for (const begun of [0, 1, 256, 300, 511, 512]) {
    const tree = Frontier.of(tiles, begun)
    const handed: number[] = []
    for (const leaf of leaves.slice(begun)) {
      const inside = tree.push(leaf)
      if (tree.size % 97 === 0) expect(hex(tree.root())).toBe(hex(rootOf(tiles, tree.size)))
      if (!inside) continue
      const n = tree.size / tileWidth - 1
      handed.push(n)
      expect(inside).toEqual(nodesInside(tiles(0, n, tileWidth)))
    }
    expect(handed).toEqual([0, 1, 2, 3, 4].filter((n) => n * tileWidth >= begun))
  }
})

describe('a proof', () => {
  const entries = Array.from({ length: 300 }, (_, n) => entry(n))
  const tiles = logOf(entries)
  const sizes = [1, 2, 3, 7, 8, 64, 127, 128, 255, 256, 257, 300]

  test('of inclusion holds for its entry, index and size, and for nothing else', () => {
    for (const size of sizes)
      for (const index of new Set([0, Math.floor(size / 3), size - 1])) {
        const [proof, leaf, root] = [inclusionProof(tiles, index, size), leafHash(entry(index)), rootOf(tiles, size)]
        expect(verifyInclusion(proof, { index, size, leaf, root })).toBe(true)
        expect(verifyInclusion(proof, { index, size, leaf: leafHash(entry(index + 1)), root })).toBe(false)
        if (size > 1) expect(verifyInclusion(proof, { index: (index + 1) % size, size, leaf, root })).toBe(false)
        expect(verifyInclusion([...proof, leaf], { index, size, leaf, root })).toBe(false)
        expect(verifyInclusion(proof.slice(1), { index, size, leaf, root })).toBe(size === 1)
        expect(verifyInclusion(proof, { index: size, size, leaf, root })).toBe(false)
      }
  })

  test('of consistency holds between every two sizes, and not for a rewritten past', () => {
    const rewritten = logOf([entry(9_999), ...entries.slice(1)])
    for (const older of sizes)
      for (const newer of sizes.filter((size) => size >= older)) {
        const proof = consistencyProof(tiles, older, newer)
        const [from, to] = [
          { size: older, root: rootOf(tiles, older) },
          { size: newer, root: rootOf(tiles, newer) },
        ]
        expect(verifyConsistency(proof, from, to)).toBe(true)
        expect(verifyConsistency(proof, { size: older, root: rootOf(rewritten, older) }, to)).toBe(false)
        expect(verifyConsistency(proof, from, { size: newer, root: rootOf(rewritten, newer) })).toBe(false)
        if (newer > older) expect(verifyConsistency(proof, to, from)).toBe(false)
      }
  })
})
