import { createHash, createHmac, randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { hmacOfText, sha256OfPair, sha256OfText } from '../../tlog/sha256.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const text = 'aé漢🦞"\\\0'.repeat(99)

test('digests of texts, pairs and keyed texts of every length around a block are those of the platform', () => {
  for (let length = 0; length < 300; length += 1) {
    const said = text.slice(0, length).toWellFormed()
    const [left, right, key] = [randomBytes(length), randomBytes(length % 40), randomBytes(length % 65)]
    const platform = {
      text: createHash('sha256').update('\0').update(said).digest('hex'),
      pair: createHash('sha256').update('\u0001').update(left).update(right).digest('hex'),
      keyed: createHmac('sha256', key).update(said).digest('hex'),
    }
    const own = {
      text: hex(sha256OfText(0, said)),
      pair: hex(sha256OfPair(1, left, right)),
      keyed: hex(hmacOfText(key, said)),
    }
    expect([length, own]).toEqual([length, platform])
  }
})

test('a message that is longer than any before is hashed whole, and a short one behind it too', () => {
  for (const said of ['x漢'.repeat(40_000), 'short', 'y'.repeat(200_000)])
    expect(hex(sha256OfText(0, said))).toBe(createHash('sha256').update('\0').update(said).digest('hex'))
})
