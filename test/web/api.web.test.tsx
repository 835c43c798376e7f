import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { act, queryString, request } from '../../web/api.ts'
import { ApiError, isSignedOut } from '../../web/api-error.ts'
import { csrfCookie } from './support/cookie.ts'
import { FakeServer, problem } from './support/fake-server.ts'

const Answer = z.object({ n: z.number() })
let server: FakeServer

beforeEach(() => {
  server = new FakeServer()
  vi.stubGlobal('fetch', server.fetch)
  csrfCookie('a%3Db')
})
afterEach(() => {
  localStorage.clear()
  csrfCookie(null)
})

const failureOf = async (asked: Promise<unknown>) => {
  const failure = await asked.then(
    () => null,
    (error: unknown) => error,
  )
  if (!(failure instanceof ApiError)) throw new Error(`expected an ApiError, got ${String(failure)}`)
  return failure
}

describe('a session that has run out', () => {
  it('is renewed once for all requests that notice it together, and each is then repeated', async () => {
    let fresh = false
    server.intercept = ({ path }) => {
      if (path === '/auth/refresh') {
        fresh = true
        return Response.json({})
      }
      return fresh ? Response.json({ n: 1 }) : problem(401, 'token_expired')
    }
    const answers = await Promise.all(['/a', '/b', '/c'].map((path) => request(Answer, path)))
    expect(answers).toEqual([{ n: 1 }, { n: 1 }, { n: 1 }])
    expect(server.callsOf('POST /auth/refresh')).toHaveLength(1)
    expect(server.callsOf('GET /a')).toHaveLength(2)
  })

  it('ends as signed out when the renewal is refused, without asking a third time', async () => {
    server.intercept = () => problem(401, 'unauthenticated')
    const failure = await failureOf(request(Answer, '/a'))
    expect(isSignedOut(failure)).toBe(true)
    expect(server.callsOf('GET /a')).toHaveLength(1)
    expect(server.callsOf('POST /auth/refresh')).toHaveLength(1)
  })

  it('is not renewed where there was none', async () => {
    csrfCookie(null)
    server.intercept = () => problem(401, 'unauthenticated')
    await failureOf(request(Answer, '/a'))
    expect(server.callsOf('POST /auth/refresh')).toHaveLength(0)
  })

  it('is not renewed again when another tab has just done it', async () => {
    let asked = 0
    server.intercept = ({ path }) => {
      if (path !== '/a') return undefined
      asked += 1
      if (asked > 1) return Response.json({ n: 2 })
      localStorage.setItem('clawbutler.refreshed', String(Date.now() + 1_000))
      return problem(401, 'token_expired')
    }
    expect(await request(Answer, '/a')).toEqual({ n: 2 })
    expect(server.callsOf('POST /auth/refresh')).toHaveLength(0)
  })

  it('is not confused with wrong credentials, which nothing renews', async () => {
    server.intercept = () => problem(401, 'invalid_credentials')
    const failure = await failureOf(act('/auth/login', { method: 'POST', body: {} }))
    expect(failure.code).toBe('invalid_credentials')
    expect(server.callsOf('POST /auth/refresh')).toHaveLength(0)
  })
})

describe('a request', () => {
  it('carries the CSRF token when it may change something, and only then', async () => {
    server.intercept = () => Response.json({ n: 1 })
    await request(Answer, '/a')
    await request(Answer, '/a', { method: 'POST', body: { x: 1 } })
    const [read, write] = server.calls
    expect(read?.headers.get('x-csrf-token')).toBeNull()
    expect(write?.headers.get('x-csrf-token')).toBe('a=b')
    expect(write?.body).toEqual({ x: 1 })
  })

  it('fails with the code, the request id, the fields and the context that the server gave', async () => {
    const errors = [{ path: 'email', message: 'not an email' }]
    server.intercept = () => problem(422, 'invalid', { errors, context: { by: 'Ada' } })
    const failure = await failureOf(request(Answer, '/a'))
    expect(failure).toMatchObject({ code: 'invalid', status: 422, requestId: 'req-test-1', fields: errors })
    expect(failure.context).toEqual({ by: 'Ada' })
  })

  it('fails as unreadable when the answer is not what the contract promises', async () => {
    server.intercept = () => Response.json({ n: 'one' }, { headers: { 'x-request-id': 'req-9' } })
    expect(await failureOf(request(Answer, '/a'))).toMatchObject({ code: 'unreadable', requestId: 'req-9' })
  })

  it('fails as unreadable when an error is no problem document', async () => {
    server.intercept = () => new Response('<h1>Bad gateway</h1>', { status: 502 })
    expect(await failureOf(request(Answer, '/a'))).toMatchObject({ code: 'unreadable', status: 502 })
  })

  it('fails as network when no answer comes', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
    expect((await failureOf(request(Answer, '/a'))).code).toBe('network')
  })
})

it('a query string leaves out what was not given', () => {
  expect(queryString({ state: 'open', cursor: '', agentId: undefined, limit: 5, x: null })).toBe('?state=open&limit=5')
  expect(queryString({})).toBe('')
})
