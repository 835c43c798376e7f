import { describe, expect, it } from 'vitest'
import { learnServerClock, serverNow } from '../../web/clock.ts'
import { countdown, duration, relative } from '../../web/format.ts'
import { parseSearch, safeNext, stringifySearch, texts } from '../../web/search.ts'

describe('times', () => {
  it.each([
    [0, '00:00'],
    [-5_000, '00:00'],
    [252_000, '04:12'],
    [251_001, '04:12'],
    [3_600_000, '1:00:00'],
    [3_852_000, '1:04:12'],
  ])('a countdown of %i ms reads %s', (ms, text) => expect(countdown(ms)).toBe(text))

  it.each([
    ['en-US', -5_000, 'now'],
    ['en-US', -180_000, '3 min. ago'],
    ['zh-CN', -180_000, '3分钟前'],
    ['zh-CN', -7_200_000, '2小时前'],
    ['en-US', 7_200_000, 'in 2 hr.'],
  ])('in %s, %i ms from now reads %s', (locale, ms, text) =>
    expect(relative(locale, 1_000_000_000 + ms, 1_000_000_000)).toBe(text),
  )

  it.each([
    ['en-US', 840, '840ms'],
    ['en-US', 3_210, '3.2s'],
    ['en-US', 94_000, '1m 34s'],
    ['zh-CN', 3_720_000, '1小时 2分钟'],
  ])('in %s, a measured %i ms reads %s', (locale, ms, text) => expect(duration(locale, ms)).toBe(text))

  it('the clock of the server is learned from the answer that came back fastest', () => {
    const here = Date.now()
    const ahead = new Date(Math.floor(here / 1000) * 1000 + 60_000).toUTCString()
    learnServerClock(ahead, here, here + 10)
    expect(Math.abs(serverNow() - Date.now() - 60_000)).toBeLessThan(2_000)
    learnServerClock(new Date(here).toUTCString(), here, here + 5_000)
    expect(Math.abs(serverNow() - Date.now() - 60_000)).toBeLessThan(2_000)
  })
})

describe('addresses', () => {
  it('keep codes as the text they are', () => {
    expect(parseSearch('?code=1e5&token=0012')).toEqual({ code: '1e5', token: '0012' })
    expect(stringifySearch({ code: '1e5', empty: '', none: undefined })).toBe('?code=1e5')
    expect(texts('code')({ code: '7', other: 'x' })).toEqual({ code: '7' })
  })

  it.each([
    ['/approvals?id=1', '/approvals?id=1'],
    ['//evil.example', '/'],
    ['https://evil.example', '/'],
    ['/\\evil.example', '/'],
    [undefined, '/'],
  ])('after signing in, %s leads to %s', (next, target) => expect(safeNext(next)).toBe(target))
})
