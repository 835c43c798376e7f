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
