import { describe, expect, test } from 'vitest'
import { fromBase64, toBase64 } from '../../tlog/base64.ts'
import { formatCheckpoint, parseCheckpoint } from '../../tlog/checkpoint.ts'
import { formatVerifierKey, parseNote, parseVerifierKey, verifyNote } from '../../tlog/note.ts'
import { formatProofFile, parseProofFile } from '../../tlog/proof-file.ts'
import { encodeIndex, parseTilePath, tilePath } from '../../tlog/tiles.ts'
import { aSigningKey } from './signing-key.ts'

const parsed = (text: string) => {
  const note = parseNote(text)
  if (!note) throw new Error('not a note')
  return note
}

describe('a signed note', () => {
  test('verifies with its key, with one of two keys, and with no other', async () => {
    const [first, second, other] = [
      aSigningKey('log.example/1'),
      aSigningKey('log.example/1'),
      aSigningKey('log.example/1'),
    ]
    const text = 'log.example/1\n7\nAAAA\n'
    const note = parsed(`${text}\n${first.sign(text)}${second.sign(text)}`)
    expect(note.text).toBe(text)
    expect(await verifyNote(note, first.key)).toBe(true)
    expect(await verifyNote(note, second.key)).toBe(true)
    expect(await verifyNote(note, other.key)).toBe(false)
  })

  test('is void when its text was changed', async () => {
    const { key, sign } = aSigningKey('log.example/1')
    const signature = sign('log.example/1\n7\n')
    expect(await verifyNote(parsed(`log.example/1\n8\n\n${signature}`), key)).toBe(false)
  })

  test('is refused when it is malformed', async () => {
    const { sign } = aSigningKey('a')
    const line = sign('text\n')
    expect(parseNote(`text\n\n${line}`)).not.toBeNull()
    for (const wrong of [
      '',
      'text\n',
      `text\n${line}`,
      `text\n\n${line.trim()}`,
      `te\u0001xt\n\n${line}`,
      `text\n\n- a AAAAAAAA\n`,
    ])
      expect(parseNote(wrong)).toBeNull()
  })
})

test('the published example of a verifier key is read and written', () => {
  const vkey = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'
  const key = parseVerifierKey(vkey)
  expect(key?.name).toBe('PeterNeumann')
  expect(key && formatVerifierKey(key)).toBe(vkey)
  expect(parseVerifierKey(vkey.replace('c74f20a3', 'c74f20a4'))).toBeNull()
  expect(parseVerifierKey('PeterNeumann+c74f20a3')).toBeNull()
})

test('the published note of its key verifies', async () => {
  const key = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW')
  const note = parsed(
    'If you think cryptography is the answer to your problem,\nthen you don\u0027t know what your problem is.\n\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
  )
  expect(key && (await verifyNote(note, key))).toBe(true)
})

test('base64 has one spelling', () => {
  for (const bytes of [[], [1], [1, 2], [1, 2, 3], [255, 254]])
    expect(fromBase64(toBase64(Uint8Array.from(bytes)))).toEqual(Uint8Array.from(bytes))
  expect(toBase64(new Uint8Array(20_000))).toBe(Buffer.alloc(20_000).toString('base64'))
  for (const wrong of ['A', 'AQ', 'AQ=', 'AR==', 'AQJ=', 'A-==', 'AQID ', '=', '===='])
    expect([wrong, fromBase64(wrong)]).toEqual([wrong, null])
})

describe('a checkpoint', () => {
  test('is read as it is written', () => {
    const checkpoint = { origin: 'log.example/1', size: 70_000, root: new Uint8Array(32).fill(7) }
    expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint)
  })

  test('is refused when it is malformed', () => {
    const root = Buffer.alloc(32, 7).toString('base64')
    expect(parseCheckpoint(`o\n1\n${root}\nextension\n`)?.size).toBe(1)
    for (const wrong of [
      '',
      'o\n',
      `o\n01\n${root}\n`,
      `o\n-1\n${root}\n`,
      `o\n1\n${root}`,
      'o\n1\nAAAA\n',
      `\n1\n${root}\n`,
      `o\n1\n${root}\n\n`,
    ])
      expect(parseCheckpoint(wrong)).toBeNull()
  })
})

test('tile paths are those of the specification, each with one spelling', () => {
  expect(encodeIndex(1_234_067)).toBe('x001/x234/067')
  expect(tilePath(0, 0)).toBe('tile/0/000')
  expect(tilePath('entries', 273, 112)).toBe('tile/entries/273.p/112')
  for (const path of ['tile/0/000', 'tile/1/x001/x234/067', 'tile/entries/273.p/112', 'tile/63/999.p/255']) {
    const found = parseTilePath(path)
    expect(found && tilePath(found.level, found.n, found.width)).toBe(path)
  }
  for (const wrong of [
    'tile/00/000',
    'tile/64/000',
    'tile/0/0',
    'tile/0/x000/001',
    'tile/0/000.p/0',
    'tile/0/000.p/256',
    'tile/0/000.p/01',
    'tile/0/001/x002',
    'tile/0/../000',
    'tile/-1/000',
  ])
    expect(parseTilePath(wrong)).toBeNull()
})

test('a proof file is read as it is written, and refused when it is malformed', () => {
  const file = {
    extra: Buffer.from('entry'),
    index: 5,
    proof: [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)],
    checkpoint: 'o\n6\nAAAA\n\n— o AAAAAAAA\n',
  }
  const text = formatProofFile(file)
  expect(text.startsWith('c2sp.org/tlog-proof@v1\nextra ZW50cnk=\nindex 5\nAQEB')).toBe(true)
  expect(parseProofFile(text)).toEqual({ ...file, extra: new Uint8Array(file.extra) })
  expect(parseProofFile(formatProofFile({ ...file, extra: null, proof: [] }))?.proof).toEqual([])
  for (const wrong of [
    '',
    text.replace('@v1', '@v2'),
    text.replace('index 5', 'index 05'),
    text.replace('AQEB', 'A!EB'),
  ])
    expect(parseProofFile(wrong)).toBeNull()
})
