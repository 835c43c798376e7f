import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PackageError } from '../../cbpkg/package-error.ts'
import { openPackage, readHeader, verifyPackage } from '../../cbpkg/read.ts'
import { writePackage } from '../../cbpkg/write.ts'
import { forge } from './forge.ts'
import { aFile, aPackage, collect, fileOf, passphrase, source } from './packages.ts'

/** Why a file is refused; null when it is not. */
const refusalOf = async (file: Uint8Array, given = passphrase): Promise<string | null> => {
  const { pieces, state } = source(file)
  try {
    await verifyPackage(pieces, given)
    return null
  } catch (error) {
    if (!(error instanceof PackageError)) throw error
    // Nothing of what is inside may be in the sentence, and the file is let go of.
    expect(error.message).not.toMatch(/models|agents\//)
    expect(state.closed || state.taken >= file.length || state.taken === 0).toBe(true)
    return error.kind
  }
}
const headerEnd = (file: Uint8Array) => readHeader(file).preamble.length
const chunkAt = (file: Uint8Array, index: number) => headerEnd(file) + 56 + index * 16_400
const altered = (file: Uint8Array, at: number, mask = 1) => {
  const copy = file.slice()
  copy[at] = (copy[at] ?? 0) ^ mask
  return copy
}
const big = await fileOf({ entries: [aFile('agents/a/workspace/big', randomBytes(60_000))] })

describe('before the key is made', () => {
  test('what is no package is refused', async () => {
    for (const file of ['', 'PK\u0003\u0004', 'CBPKG', 'cbpkg\0\u0002', 'CBPKF\0\u0002aaaaaaaaaaaa'])
      expect(await refusalOf(Buffer.from(file)), file).toBe(file === 'CBPKG' ? 'truncated' : 'not_a_package')
    expect(await refusalOf(altered(big, 6, 3))).toBe('not_a_package')
  })

  test('a future version is refused', async () => {
    expect(await refusalOf(forge({ magic: 'CBPKG\0\u0003' }))).toBe('future_version')
    expect(await refusalOf(forge({ header: { version: 3 } }))).toBe('bad_header')
  })

  test('an oversized header is refused without reading it', async () => {
    const endless = source(Buffer.concat([Buffer.from('CBPKG\0\u0002'), Buffer.from([0, 1, 0, 1]), Buffer.alloc(1e6)]))
    await expect(openPackage(endless.pieces, passphrase)).rejects.toMatchObject({ kind: 'too_large' })
    expect(endless.state.taken).toBeLessThan(5000)
  })

  test('parameters beyond their bounds are refused', async () => {
    const kdf = { name: 'scrypt', logN: 10, r: 8, p: 1, salt: '00'.repeat(16) }
    const beyond = [
      { ...kdf, logN: 18 },
      { ...kdf, logN: 9 },
      { ...kdf, logN: 10.5 },
      { ...kdf, logN: 62 },
      { ...kdf, r: 9 },
      { ...kdf, p: 2 },
      { ...kdf, name: 'argon2id' },
      { ...kdf, salt: '00'.repeat(15) },
      { ...kdf, salt: '00'.repeat(65) },
      { ...kdf, salt: `${'00'.repeat(16)}0` },
      { ...kdf, salt: 'AA'.repeat(16) },
      { ...kdf, more: 1 },
    ]
    for (const one of beyond)
      expect(await refusalOf(forge({ header: { kdf: one } })), JSON.stringify(one)).toBe('bad_header')
    expect(await refusalOf(forge({ header: { kdf } }))).toBeNull()
  })

  test('a header that says more, less, or too much is refused', async () => {
    const wrong = [
      { size: 2 ** 30 + 1 },
      { size: 3 },
      { size: 5.5 },
      { size: -1 },
      { intent: 'steal' },
      { id: 'not-an-id' },
      { id: '00000000-0000-0000-0000-000000000000' },
      { intent: 'share', secrets: true },
      { createdAt: 'yesterday' },
      { createdAt: '2026-11-21T10:00:00+01:00' },
      { secrets: 'no' },
      { manifestHash: 'ab' },
      { extra: true },
      { format: 'zip' },
    ]
    for (const header of wrong) expect(await refusalOf(forge({ header })), JSON.stringify(header)).toBe('bad_header')
  })

  test('a header with another spelling of the same is refused', async () => {
    for (const spell of [
      (json: string) => ` ${json}`,
      (json: string) => `\uFEFF${json}`,
      (json: string) => json.replace('"cbpkg"', '"c\\u0062pkg"'),
      (json: string) => json.replace('{', '{"format":"cbpkg",'),
      (json: string) => json.replace('"version":2', '"version":2.0'),
    ])
      expect(await refusalOf(forge({ spell }))).toBe('bad_header')
    expect(await refusalOf(forge({ spell: (json) => json }))).toBeNull()
  })
})

describe('before anything is decrypted', () => {
  test('a wrong passphrase is refused', async () => {
    expect(await refusalOf(big, 'correct horse battery stable')).toBe('wrong_passphrase')
    expect(await refusalOf(big, `${passphrase} `)).toBe('wrong_passphrase')
    expect(await refusalOf(big, '')).toBe('wrong_passphrase')
    expect(await refusalOf(big, '\ud800')).toBe('wrong_passphrase')
  })

  test('it is not looked at the rest of the file', async () => {
    const { pieces, state } = source(big, 512)
    await expect(openPackage(pieces, 'not the passphrase')).rejects.toMatchObject({ kind: 'wrong_passphrase' })
    expect(state.taken).toBeLessThan(2048)
  })

  test('a header that was altered but is still one is refused', async () => {
    const file = Buffer.from(await fileOf({ secrets: false, intent: 'clone' }))
    const at = file.indexOf('"intent":"clone"')
    expect(
      await refusalOf(Buffer.concat([file.subarray(0, at), Buffer.from('"intent":"share"'), file.subarray(at + 16)])),
    ).toBe('wrong_passphrase')
  })

  test('an altered salt or commitment is refused', async () => {
    for (const at of [0, 23, 24, 55])
      expect(await refusalOf(altered(big, headerEnd(big) + at))).toBe('wrong_passphrase')
  })
})

describe('what is encrypted', () => {
  test('cut off anywhere is refused as such', async () => {
    const edges = [0, 1, 2, 3].map((index) => chunkAt(big, index))
    const cuts = [
      1,
      6,
      7,
      10,
      11,
      12,
      headerEnd(big),
      ...edges.flatMap((at) => [at - 1, at, at + 1, at + 16]),
      big.length - 1,
    ]
    for (const cut of cuts) expect(await refusalOf(big.subarray(0, cut)), `${cut}`).toBe('truncated')
  })

  test('with chunks that are swapped, doubled, left out or from another package is refused', async () => {
    const at = [0, 1, 2, 3].map((index) => chunkAt(big, index))
    const other = await fileOf({ entries: [aFile('agents/a/workspace/big', randomBytes(60_000))] })
    const part = (from: number, to = from + 1) => big.subarray(at[from], at[to])
    const start = big.subarray(0, at[0])
    const end = big.subarray(at[3])
    const orders: Uint8Array[][] = [
      [start, part(0), part(2), part(1), end],
      [start, part(0), part(0), part(2), end],
      [start, part(0), part(1), part(1), part(2), end],
      [start, part(0), part(2), end],
      [start, part(0), other.subarray(chunkAt(other, 1), chunkAt(other, 2)), part(2), end],
      [other.subarray(0, chunkAt(other, 0)), part(0), part(1), part(2), end],
      [start, part(0), part(1), part(2), part(2), end],
    ]
    for (const order of orders) expect(await refusalOf(Buffer.concat(order))).toBe('damaged')
    expect(await refusalOf(Buffer.concat([start, part(0), part(1), part(2), end]))).toBeNull()
  })

  test('with bytes behind its end is refused', async () => {
    expect(await refusalOf(Buffer.concat([big, Buffer.from([0])]))).toBe('damaged')
    expect(await refusalOf(Buffer.concat([big, big]))).toBe('damaged')
  })

  test('with any byte altered is refused, whichever it is', async () => {
    const small = await fileOf({ entries: [aFile('agents/a/workspace/1', 'short')] })
    for (const file of [small, big])
      await fc.assert(
        fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, mask) => {
          expect(await refusalOf(altered(file, at, mask))).not.toBeNull()
        }),
        { numRuns: 60 },
      )
  })

  test('gives nothing of an entry whose digest is wrong as whole', async () => {
    const read = forge({ contents: ['altered'], entries: [{ size: 7, digest: 'ab'.repeat(32) }] })
    expect(await refusalOf(read)).toBe('damaged')
  })
})

describe('the manifest', () => {
  test('that is not the one of the header is refused', async () => {
    expect(await refusalOf(forge({ header: { manifestHash: '00'.repeat(32) } }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ manifest: { intent: 'share' } }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ manifest: { createdAt: '2020-01-01T00:00:00.000Z' } }))).toBe('bad_manifest')
  })

  test('that is none is refused', async () => {
    for (const manifest of [
      { version: 3 },
      { more: 1 },
      { source: {} },
      { sections: ['secrets'] },
      { sections: [] },
      { sections: ['models', 'models'] },
      { agents: [{ id: 'a', name: 'A', more: 1 }] },
      {
        agents: [
          { id: 'a', name: 'A' },
          { id: 'a', name: 'B' },
        ],
      },
    ])
      expect(await refusalOf(forge({ manifest })), JSON.stringify(manifest)).toBe('bad_manifest')
    expect(await refusalOf(forge({ spellManifest: (json) => `${json} ` }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ spellManifest: (json) => json.replace('{', '{"version":2,') }))).toBe('bad_manifest')
  })

  test('that is longer than the package or than allowed is refused', async () => {
    expect(await refusalOf(forge({ manifestLength: 2 ** 31 }))).toBe('too_large')
    expect(await refusalOf(forge({ manifestLength: 8 * 1024 * 1024 + 1 }))).toBe('too_large')
    expect(await refusalOf(forge({ manifestLength: 100_000 }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ manifestLength: 3 }))).toBe('bad_manifest')
  })

  test('whose sizes do not add up is refused', async () => {
    expect(await refusalOf(forge({ entries: [{ size: 1 }] }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ entries: [{ size: 3 }] }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ entries: [{ size: 2 ** 40 }] }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ entries: [{ size: -2 }] }))).toBe('bad_manifest')
    expect(await refusalOf(forge({ entries: [{ size: 2 }] }))).toBeNull()
  })

  test('with an entry that contradicts itself is refused', async () => {
    const agents = [{ id: 'a', name: 'A' }]
    for (const entry of [
      { path: 'global/channels.json' },
      { path: 'agents/a/models.json' },
      { agent: 'a' },
      { section: 'identity', agent: 'b', path: 'agents/b/identity.json' },
      { section: 'identity', agent: 'a', path: 'agents/a/model.json' },
      { section: 'workspace_files', agent: 'a', path: 'agents/a/workspace/' },
      { section: 'workspace_files', agent: null, path: 'agents/a/workspace/x' },
    ])
      expect(
        await refusalOf(forge({ entries: [{ size: 2, ...entry }], manifest: { agents } })),
        JSON.stringify(entry),
      ).not.toBeNull()
  })

  test('with more entries than allowed is refused', async () => {
    const many = Array.from({ length: 100_001 }, () => ({ path: 'a', size: 0, digest: '', section: 'models' }))
    expect(await refusalOf(forge({ manifest: { entries: many } }))).toMatch(/too_large|bad_manifest/)
  })
})

const escaping = [
  '/etc/passwd',
  'agents/a/workspace/../../b',
  'agents/a/workspace/./b',
  'agents/a/workspace//b',
  'agents/a/workspace/b/',
  'agents/a/workspace/..',
  'agents/a/workspace/b\\..\\c',
  'agents/a/workspace/C:/windows',
  'agents/a/workspace/c:b',
  'agents/a/workspace/b\0.txt',
  'agents/a/workspace/b\n',
  'agents/a/workspace/\u0085',
  'agents/a/workspace/u\u0308',
  `agents/a/workspace/${'x'.repeat(500)}`,
]
const workspaceFile = (path: string) => ({ path, section: 'workspace_files', agent: 'a', size: 2 })

describe('a path', () => {
  test.each(escaping)('%j is refused, on reading and on writing', async (path) => {
    const file = forge({ entries: [workspaceFile(path)], manifest: { agents: [{ id: 'a', name: 'A' }] } })
    expect(await refusalOf(file)).toBe('bad_path')
    await expect(
      writePackage(aPackage({ entries: [{ ...aFile('agents/a/workspace/b', ''), path }] })),
    ).rejects.toMatchObject({
      kind: 'bad_path',
    })
  })

  test.each([
    ['README.md', 'readme.md'],
    ['a', 'a'],
    ['a', 'a/b'],
    ['A/b', 'a'],
    ['straße', 'STRASSE'],
    ['ΟΔΟΣ', 'οδος'],
    ['\u00c5', '\u00e5'],
  ])('%j beside %j is refused: somewhere they are one file', async (one, other) => {
    const entries = [one, other].map((name) => ({ ...workspaceFile(`agents/a/workspace/${name}`), size: 1 }))
    const file = forge({ entries, contents: ['x', 'y'], manifest: { agents: [{ id: 'a', name: 'A' }] } })
    expect(await refusalOf(file)).toBe('bad_path')
  })
})

describe('who writes', () => {
  test('with a weak passphrase is refused', async () => {
    for (const weak of ['', 'hunter2', 'eleven char', `      short      `, '🔑'.repeat(11)])
      await expect(writePackage(aPackage({ passphrase: weak }))).rejects.toMatchObject({ kind: 'weak_passphrase' })
  })

  test('what changes meanwhile is refused, before or while it is packed', async () => {
    const entry = aFile('global/models.json', 'before')
    const grown = { ...entry, size: 5 }
    const shrunk = { ...entry, size: 7 }
    for (const one of [grown, shrunk])
      await expect(writePackage(aPackage({ entries: [one] }))).rejects.toMatchObject({ kind: 'changed' })
    for (const after of ['behind', 'befor', 'before!']) {
      let reads = 0
      const open = () => [Buffer.from(reads++ === 0 ? 'before' : after)]
      const { bytes } = await writePackage(aPackage({ entries: [{ ...entry, open }] }))
      await expect(collect(bytes)).rejects.toMatchObject({ kind: 'changed' })
    }
  })

  test('beyond the bounds is refused before anything is read', async () => {
    let reads = 0
    const open = () => {
      reads += 1
      return []
    }
    const entry = { ...aFile('agents/a/workspace/b', ''), open }
    const refused = async (given: Parameters<typeof aPackage>[0], kind: string) =>
      expect(writePackage(aPackage(given))).rejects.toMatchObject({ kind })
    await refused({ entries: [{ ...entry, size: 2 ** 30 }] }, 'too_large')
    await refused({ logN: 18, entries: [entry] }, 'bad_header')
    await refused({ intent: 'share', secrets: true, entries: [entry] }, 'bad_header')
    await refused({ agents: [], entries: [entry] }, 'bad_manifest')
    await refused({ removed: [{ path: 'x', kind: 'host', count: -1 }], entries: [entry] }, 'bad_manifest')
    const long = Array.from({ length: 20_000 }, (_, at) => ({ path: `${at}`, reason: 'x'.repeat(500) }))
    await refused({ missing: long, entries: [entry] }, 'too_large')
    expect(reads).toBe(0)
  })
})
