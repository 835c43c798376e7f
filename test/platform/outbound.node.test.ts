import { afterEach, expect, test, vi } from 'vitest'
import { postOutbound, refusedTarget, waitOf } from '../../worker/platform/outbound.ts'

const guarded = { allowPrivate: false }

afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test.each([
  'https://hooks.slack.com/x',
  'https://sub.domain.co.uk:8443/a?b=c',
  'https://1.1.1.1/',
  'https://[2606:4700:4700::1111]/',
  'https://xn--bcher-kva.ch/',
])('%s may be called', (target) => {
  expect(refusedTarget(target, guarded)).toBeNull()
})

test.each([
  'http://hooks.slack.com/',
  'ftp://hooks.slack.com/',
  'file:///etc/passwd',
  'javascript:alert(1)',
  'https://user@hooks.slack.com/',
  'https://user:pass@hooks.slack.com/',
  'https://127.0.0.1/',
  'https://127.1/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://0.0.0.0/',
  'https://10.1.2.3/',
  'https://172.16.0.1/',
  'https://192.168.1.1/',
  'https://169.254.169.254/latest/meta-data',
  'https://100.64.0.1/',
  'https://224.0.0.1/',
  'https://255.255.255.255/',
  'https://[::1]/',
  'https://[::]/',
  'https://[::ffff:127.0.0.1]/',
  'https://[::ffff:7f00:1]/',
  'https://[fe80::1]/',
  'https://[fc00::1]/',
  'https://[64:ff9b::7f00:1]/',
  'https://[2002:7f00:1::]/',
  'https://localhost/',
  'https://LOCALHOST./',
  'https://db.localhost/',
  'https://metadata.google.internal/',
  'https://printer.local/',
  'https://intranet/',
  'https://1.0.0.127.in-addr.arpa/',
  'not a url',
  '',
])('%j is refused', (target) => {
  expect(refusedTarget(target, guarded)).not.toBeNull()
})

test('an installation that serves its own network may call there, but still not with credentials', () => {
  const open = { allowPrivate: true }
  expect(refusedTarget('http://127.0.0.1:8080/hook', open)).toBeNull()
  expect(refusedTarget('https://intranet/hook', open)).toBeNull()
  expect(refusedTarget('http://user:pass@intranet/hook', open)).not.toBeNull()
  expect(refusedTarget('file:///etc/passwd', open)).not.toBeNull()
})

test('a receiver that does not answer is hung up on after ten seconds, and what an answer asks to wait is told', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  const post = () => postOutbound('https://hooks.acme.dev/in', { ...guarded, headers: {}, body: '{}' })
  vi.stubGlobal('fetch', (_target: unknown, { signal }: { signal: AbortSignal }) => {
    return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  })
  const slow = post()
  const settled = vi.fn()
  void slow.then(settled)
  await vi.advanceTimersByTimeAsync(9_999)
  expect(settled).not.toHaveBeenCalled()
  await vi.advanceTimersByTimeAsync(1)
  expect(await slow).toEqual({ ok: false, because: 'TimeoutError' })
  expect(vi.getTimerCount()).toBe(0)
  vi.stubGlobal('fetch', async () => new Response('', { status: 503, headers: { 'retry-after': '120' } }))
  expect(await post()).toEqual({ ok: true, status: 503, retryAfterMs: 120_000 })
})

test.each([
  ['0', 0],
  [' 90 ', 90_000],
  ['Sat, 21 Nov 2026 10:01:00 GMT', 60_000],
  ['Sat, 21 Nov 2026 09:59:00 GMT', 0],
  ['-1', null],
  ['1.5', null],
  ['soon', null],
  ['9999999999', null],
  [null, null],
])('Retry-After %s is %s', (header, ms) => {
  expect(waitOf(header, Date.parse('2026-11-21T10:00:00Z'))).toBe(ms)
})
