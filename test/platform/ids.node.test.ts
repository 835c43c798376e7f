import { afterEach, expect, test, vi } from 'vitest'
import { Id, idPrefixes } from '../../worker/platform/contract.ts'
import { newId } from '../../worker/platform/ids.ts'

afterEach(() => {
  vi.useRealTimers()
})

test('ids fit their contract and carry their prefix', () => {
  for (const prefix of idPrefixes) {
    const id = newId(prefix)
    expect(Id(prefix).parse(id)).toBe(id)
    expect(Id(prefix === 'agt' ? 'org' : 'agt').safeParse(id).success).toBe(false)
  }
})

test('ten thousand made in a row are all different and in order', () => {
  const ids = Array.from({ length: 10_000 }, () => newId('evt'))
  expect(new Set(ids).size).toBe(ids.length)
  expect(ids.toSorted()).toEqual(ids)
})

test('an id made later sorts later, over milliseconds and over centuries', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  const ids = ['2030-01-01', '2030-01-01T00:00:00.001', '2031-06-01', '2199-12-31'].map((time) => {
    vi.setSystemTime(new Date(`${time.padEnd(23, 'T00:00:00.000'.slice(time.length - 10))}Z`))
    return newId('apr')
  })
  expect(ids.toSorted()).toEqual(ids)
})

test('letters that look like digits never stand in an id', () => {
  const ids = Array.from({ length: 500 }, () => newId('con').slice(4)).join('')
  expect(ids).not.toMatch(/[ilouA-Z]/)
})

test('an id is a UUIDv7 in Crockford base32: 128 bits, its time first', () => {
  vi.useFakeTimers({ toFake: ['Date'] })
  for (const year of [2030, 2101, 2250, 2500]) {
    const now = Date.UTC(year, 4, 6, 7, 8, 9, 123)
    vi.setSystemTime(now)
    for (let count = 0; count < 300; count += 1) {
      const bits = [...newId('evt').slice(4)]
        .map((sign) => '0123456789abcdefghjkmnpqrstvwxyz'.indexOf(sign).toString(2).padStart(5, '0'))
        .join('')
      expect([bits.length, bits.slice(0, 2)]).toEqual([130, '00'])
      expect(Number.parseInt(bits.slice(2, 50), 2)).toBe(now)
      expect([bits.slice(50, 54), bits.slice(66, 68)]).toEqual(['0111', '10'])
    }
  }
})
