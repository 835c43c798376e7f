import { PatternRouter } from 'hono/router/pattern-router'
import { expect, test } from 'vitest'
import { KeepingRouter } from '../../worker/http/router.ts'

const routes = [
  ['ALL', '/api/*'],
  ['GET', '/api/things/:id'],
  ['GET', '/api/things/newest'],
  ['POST', '/api/things'],
  ['GET', '/api/things'],
  ['ALL', '/api/things/:id/*'],
  ['GET', '/api/things/:id/parts/:part'],
] as const

const requests = [
  ['GET', '/api/things'],
  ['POST', '/api/things'],
  ['DELETE', '/api/things'],
  ['GET', '/api/things/newest'],
  ['GET', '/api/things/one'],
  ['GET', '/api/things/two'],
  ['GET', '/api/things/one/parts/a'],
  ['GET', '/api/things/newest/parts/b'],
  ['GET', '/elsewhere'],
] as const

test('finds what another router finds, asked once and again in any order, with the parameters of each path', () => {
  const [router, other] = [new KeepingRouter<string>(), new PatternRouter<string>()]
  for (const [method, path] of routes) {
    router.add(method, path, `${method} ${path}`)
    other.add(method, path, `${method} ${path}`)
  }
  const found = (method: string, path: string) =>
    router.match(method, path)[0].map(([name, params]) => [name, { ...params }])
  for (const [method, path] of [...requests, ...requests.toReversed(), ...requests])
    expect(found(method, path), `${method} ${path}`).toEqual(
      other.match(method, path)[0].map(([name, params]) => [name, { ...params }]),
    )
})

test('takes a route that comes after the first request', () => {
  const router = new KeepingRouter<string>()
  router.add('GET', '/things', 'first')
  expect(router.match('GET', '/things')[0]).toHaveLength(1)
  router.add('ALL', '/*', 'second')
  expect(router.match('GET', '/things')[0].map(([name]) => name)).toEqual(['first', 'second'])
})
