import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { asPerson } from '../../../http/access.ts'
import { api, body, contextOf, json, problems } from '../../../http/api.ts'
import type { AppEnv } from '../../../http/app-env.ts'
import { clearSessionCookies, refreshCookie, setSessionCookies } from '../../../http/cookies.ts'
import { requireOwnOrigin } from '../../../http/csrf.ts'
import { accessTokenLifetimeMs } from '../../../platform/access/token.ts'
import { Id, Page } from '../../../platform/contract.ts'
import { AppError } from '../../../platform/errors.ts'
import { Login, LoginAnswer, Refresh, Session } from '../contract.ts'
import { listMySessions } from './list.ts'
import { login } from './login.ts'
import type { SignedIn } from './open.ts'
import { refreshSession } from './refresh.ts'
import { revokeOtherSessions, revokeSession, signOut } from './revoke.ts'

const tags = ['auth']
const signedInAnswer = json(LoginAnswer, 'Signed in')

/** Hands a session to whoever signed in: a browser gets cookies that its scripts cannot read, all others the tokens. */
export const answerSignedIn = (
  c: Context<AppEnv>,
  { session, accessToken, refreshToken }: SignedIn,
  transport: 'cookie' | 'token',
): LoginAnswer => {
  const { organizationId } = session
  const expiresInMs = accessTokenLifetimeMs
  if (transport === 'token') return { tokenType: 'Bearer', accessToken, refreshToken, expiresInMs, organizationId }
  setSessionCookies(c, { accessToken, refreshToken, expiresAt: new Date(session.expiresAt) })
  return { tokenType: 'Cookie', expiresInMs, organizationId }
}

export const sessionRoutes = api()
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/login',
      tags,
      summary: 'Sign in by password',
      request: { body: body(Login) },
      responses: { 200: signedInAnswer, ...problems },
    }),
    async (c) => {
      const input = c.req.valid('json')
      if (input.transport === 'cookie') requireOwnOrigin(c)
      return c.json(answerSignedIn(c, await login(c.get('request'), input), input.transport), 200)
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/refresh',
      tags,
      summary: 'Trade the refresh token for the next one; switch organizations',
      description: 'Without a token in the body the refresh cookie is used. A token works once.',
      request: { body: { content: { 'application/json': { schema: Refresh } } } },
      responses: { 200: signedInAnswer, ...problems },
    }),
    async (c) => {
      const { refreshToken, organizationId } = c.req.valid('json') ?? {}
      if (refreshToken !== undefined)
        return c.json(
          answerSignedIn(c, await refreshSession(c.get('request'), { refreshToken, organizationId }), 'token'),
          200,
        )
      requireOwnOrigin(c)
      const kept = getCookie(c, refreshCookie)
      if (!kept) throw new AppError('unauthenticated', 'There is no session to refresh.')
      try {
        const renewed = await refreshSession(c.get('request'), { refreshToken: kept, organizationId })
        return c.json(answerSignedIn(c, renewed, 'cookie'), 200)
      } catch (error) {
        if (error instanceof AppError && error.code === 'unauthenticated') clearSessionCookies(c)
        throw error
      }
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: '/auth/logout',
      tags,
      summary: 'End the session',
      request: { body: { content: { 'application/json': { schema: Refresh.pick({ refreshToken: true }) } } } },
      responses: { 204: { description: 'Signed out' }, ...problems },
    }),
    async (c) => {
      const given = c.req.valid('json')?.refreshToken
      if (given === undefined) requireOwnOrigin(c)
      await signOut(c.get('request'), c.get('organization'), given ?? getCookie(c, refreshCookie))
      clearSessionCookies(c)
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: '/auth/sessions',
      tags,
      summary: 'Where the caller is signed in, the latest first',
      middleware: [asPerson],
      responses: { 200: json(Page(Session), 'Sessions'), ...problems },
    }),
    async (c) => c.json({ items: await listMySessions(contextOf(c)), nextCursor: null }, 200),
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/auth/sessions',
      tags,
      summary: 'Sign out everywhere else',
      middleware: [asPerson],
      responses: { 204: { description: 'All other sessions have ended' }, ...problems },
    }),
    async (c) => {
      await revokeOtherSessions(contextOf(c))
      return c.body(null, 204)
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: '/auth/sessions/{sessionId}',
      tags,
      summary: 'End one session',
      middleware: [asPerson],
      request: { params: z.object({ sessionId: Id('ses') }) },
      responses: { 204: { description: 'The session has ended' }, ...problems },
    }),
    async (c) => {
      await revokeSession(contextOf(c), c.req.valid('param').sessionId)
      return c.body(null, 204)
    },
  )
