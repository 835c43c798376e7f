import { expect, test } from 'vitest'
import { compressed, gzipped, isFromElsewhere } from '../../worker/http/compressed.ts'

const asking = (accept?: string) =>
  new Request('http://a.test/', accept ? { headers: { 'accept-encoding': accept } } : {})
const answering = (type: string, init: ResponseInit = {}) =>
  new Response('x'.repeat(100), { ...init, headers: { 'content-type': type, ...init.headers } })
const encodingOf = (accept: string | undefined, answer: Response) =>
  compressed(asking(accept), answer).headers.get('content-encoding')

test('what the caller takes decides, as RFC 9110 §12.5.3 says', () => {
  for (const accept of ['gzip', 'br, gzip', 'gzip;q=0.5', 'deflate, GZIP ; q=1', '*', 'br;q=1.0, *;q=0.1'])
    expect(encodingOf(accept, answering('text/css')), accept).toBe('gzip')
  for (const accept of [undefined, 'br', 'identity', 'gzip;q=0', 'gzip; q=0.0, br', 'x-gzipped'])
    expect(encodingOf(accept, answering('text/css')), accept).toBeNull()
})

test('only what gains from it is compressed, and never a stream of events', () => {
  for (const type of [
    'text/html; charset=utf-8',
    'application/json',
    'text/javascript',
    'image/svg+xml',
    'application/problem+json',
  ])
    expect(encodingOf('gzip', answering(type)), type).toBe('gzip')
  for (const type of [
    'text/event-stream',
    'image/png',
    'font/woff2',
    'application/octet-stream',
    'application/x-ndjson',
  ])
    expect(encodingOf('gzip', answering(type)), type).toBeNull()
  expect(encodingOf('gzip', answering('text/css', { headers: { 'content-encoding': 'br' } }))).toBe('br')
  expect(encodingOf('gzip', answering('text/css', { status: 206 }))).toBeNull()
})

test('caches are told that the answer depends on what the caller takes', () => {
  for (const accept of ['gzip', undefined])
    expect(compressed(asking(accept), answering('text/css')).headers.get('vary'), accept).toBe('accept-encoding')
})

test('only who reaches us from another machine by itself is from elsewhere', () => {
  const from = (clientIp?: string) => isFromElsewhere(Object.assign(asking(), { cf: clientIp ? { clientIp } : {} }))
  for (const address of ['192.0.2.7:4711', '[2001:db8::1]:80']) expect(from(address), address).toBe(true)
  for (const address of ['127.0.0.1:80', '[::1]:80', '[::ffff:127.0.0.1]:80', undefined])
    expect(from(address), address).toBe(false)
})

test('bytes that shrink are gzipped for whoever takes that and is not on this machine', () => {
  const from = (clientIp: string | undefined, accept?: string) =>
    gzipped(Object.assign(asking(accept), { cf: clientIp ? { clientIp } : {} }))['content-encoding']
  expect([from(undefined, 'gzip'), from('192.0.2.7:4711', 'gzip, deflate')]).toEqual(['gzip', 'gzip'])
  expect([from('127.0.0.1:80', 'gzip'), from(undefined), from(undefined, 'gzip;q=0')]).toEqual([
    undefined,
    undefined,
    undefined,
  ])
})
