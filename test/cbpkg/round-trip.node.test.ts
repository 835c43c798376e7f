import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEntry } from '../../cbpkg/entry.ts'
import { openPackage, openUnlocked, readHeader, verifyPackage } from '../../cbpkg/read.ts'
import { startBytesMax, unlockPackage } from '../../cbpkg/unlock.ts'
import { writePackage } from '../../cbpkg/write.ts'
import { aFile, aPackage, collect, fileOf, passphrase, readAll, source } from './packages.ts'

const base64 = (content: Uint8Array | string) => Buffer.from(content).toString('base64')

describe('a package', () => {
  test('gives back what was put in, whatever it is and in whichever pieces it comes', async () => {
    const sizes = fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.constantFrom(16_383, 16_384, 16_385, 32_768),
      fc.integer({ min: 0, max: 70_000 }),
    )
    const files = fc.array(
      sizes.chain((size) => fc.uint8Array({ minLength: size, maxLength: size })),
      { maxLength: 5 },
    )
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 40_000 }), async (contents, pieceSize) => {
        const entries = contents.map((content, at) => aFile(`agents/a${at % 2}/workspace/f${at}`, content, pieceSize))
        const written = await writePackage(aPackage({ entries }))
        const file = await collect(written.bytes)
        expect(file.length).toBe(written.size)
        const read = await readAll(file, passphrase, pieceSize)
        expect(read.header).toEqual(written.header)
        expect(read.manifest).toEqual(written.manifest)
        expect(Object.values(read.contents)).toEqual(contents.map(base64))
      }),
      { numRuns: 20 },
    )
  })

  test('ends where a chunk ends as it does elsewhere', async () => {
    const { size } = (await writePackage(aPackage({ entries: [aFile('global/models.json', new Uint8Array(10_000))] })))
      .header
    // Sizes of five digits all along: the manifest keeps its length.
    for (const beyond of [-1, 0, 1]) {
      const content = randomBytes(10_000 + 16_384 - size + beyond)
      const { header, contents } = await readAll(await fileOf({ entries: [aFile('global/models.json', content)] }))
      expect(header.size).toBe(16_384 + beyond)
      expect(contents).toEqual({ 'global/models.json': base64(content) })
    }
  })

  test('without entries is one', async () => {
    const { manifest, totals } = await verifyPackage(source(await fileOf({ entries: [] })).pieces, passphrase)
    expect(totals).toEqual({ entries: 0, bytes: 0 })
    expect(manifest.sections).toEqual([])
  })

  test('says what it is without its passphrase', async () => {
    const { header, bytes } = await writePackage(aPackage({ intent: 'clone', secrets: false }))
    const read = readHeader((await collect(bytes)).subarray(0, 64 * 1024 + 11))
    expect(read.header).toEqual(header)
    expect(read.header).toMatchObject({ intent: 'clone', secrets: false, kdf: { logN: 10 } })
  })

  test('opens with the passphrase in whichever normal form it is typed', async () => {
    const file = await fileOf({ passphrase: 'pässphräse für alle' })
    expect(await readAll(file, 'pässphräse für alle'.normalize('NFD'))).toMatchObject({ contents: {} })
  })

  test('made twice of the same is not the same, and equal files have digests of their own', async () => {
    const entries = [aFile('agents/a/workspace/1', 'same'), aFile('agents/a/workspace/2', 'same')]
    const first = await writePackage(aPackage({ entries }))
    const second = await writePackage(aPackage({ entries }))
    const digests = [...first.manifest.entries, ...second.manifest.entries].map(({ digest }) => digest)
    expect(new Set(digests).size).toBe(4)
    expect(await collect(first.bytes)).not.toEqual(await collect(second.bytes))
  })
})

describe('one entry', () => {
  const range = (file: Uint8Array) => async (from: number, to: number) => new Uint8Array(file.subarray(from, to))

  test('is read from its place, wherever its chunks begin and end', async () => {
    const contents = [0, 1, 16_383, 40_000, 0, 16_384, 5].map((size) => randomBytes(size))
    const file = await fileOf({ entries: contents.map((content, at) => aFile(`agents/a/workspace/${at}`, content)) })
    const unlocked = await unlockPackage(file.subarray(0, startBytesMax), passphrase)
    const { manifest, close } = await openUnlocked(source(file).pieces, unlocked)
    await close()
    for (const [at, content] of contents.entries())
      expect(base64(await readEntry(unlocked, manifest, at, range(file)))).toBe(base64(content))
  })

  test('that was altered or cut off is refused, and the others are not', async () => {
    const entries = [0, 1].map((at) => aFile(`agents/a/workspace/${at}`, randomBytes(40_000)))
    const file = await fileOf({ entries })
    const unlocked = await unlockPackage(file, passphrase)
    const { manifest } = await openUnlocked(source(file).pieces, unlocked)
    const altered = file.slice()
    altered[file.length - 30] = (altered[file.length - 30] ?? 0) ^ 1
    expect(await readEntry(unlocked, manifest, 0, range(altered))).toHaveLength(40_000)
    await expect(readEntry(unlocked, manifest, 1, range(altered))).rejects.toMatchObject({ kind: 'damaged' })
    const cut = range(file.subarray(0, -10))
    await expect(readEntry(unlocked, manifest, 1, cut)).rejects.toMatchObject({ kind: 'truncated' })
  })

  test('of a file that was replaced is not read: it has to begin as the one that was unlocked', async () => {
    const unlocked = await unlockPackage(await fileOf(), passphrase)
    const other = source(await fileOf())
    await expect(openUnlocked(other.pieces, unlocked)).rejects.toMatchObject({ kind: 'changed' })
    expect(other.state.closed).toBe(true)
  })
})

describe('who reads', () => {
  test('may pass over an entry or stop within one, and the rest is read as ever', async () => {
    const entries = [
      aFile('agents/a/workspace/1', randomBytes(50_000)),
      aFile('agents/a/workspace/2', randomBytes(50_000)),
      aFile('agents/a/workspace/3', 'the last'),
    ]
    const { pieces, state } = source(await fileOf({ entries }))
    const opened = await openPackage(pieces, passphrase)
    let last = ''
    for await (const { entry, content } of opened.entries()) {
      if (entry.path.endsWith('2')) for await (const _ of content) break
      if (entry.path.endsWith('3')) last = Buffer.from(await collect(content)).toString()
    }
    expect(last).toBe('the last')
    expect(state.closed).toBe(true)
  })

  test('and stops early lets go of the file', async () => {
    const file = await fileOf({ entries: [aFile('agents/a/workspace/1', randomBytes(100_000))] })
    const stopped = source(file)
    for await (const _ of (await openPackage(stopped.pieces, passphrase)).entries()) break
    expect(stopped.state.closed).toBe(true)
    const closed = source(file)
    await (await openPackage(closed.pieces, passphrase)).close()
    expect(closed.state.closed).toBe(true)
    expect(closed.state.taken).toBeLessThan(file.length)
  })
})
