import { createRoute, z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { asPerson } from '../../../http/access.ts'
import { api, contextOf, json, problems } from '../../../http/api.ts'
import type { AppEnv } from '../../../http/app-env.ts'
import { setSessionCookies } from '../../../http/cookies.ts'
import { AppError } from '../../../platform/errors.ts'
import { OauthLink, OauthProvider } from '../contract.ts'
import { beginOauth, flowLifetimeMs } from './begin.ts'
import { finishOauth } from './finish.ts'
import { unlinkProvider } from './link.ts'

const tags = ['auth']
const flowCookie = 'cb_oauth'
const flowPath = '/api/v1/auth/oauth'
const params = z.object({ provider: OauthProvider })
const path = (end: string) => `/auth/oauth/{provider}${end}`
const redirect = { 302: { description: 'To the provider, or back into the site' }, ...problems }

/** The provider sends the browser back from another site, which `Strict` would not survive. */
const setFlowCookie = (c: Context<AppEnv>, browser: string) =>
  setCookie(c, flowCookie, browser, {
    httpOnly: true,
    sameSite: 'Lax',
    secure: c.get('request').config.publicUrl.startsWith('https:'),
    path: flowPath,
    maxAge: flowLifetimeMs / 1000,
  })

/** A person in a browser stands here, so an outcome is a page and not a problem document. */
const backToSignIn = (c: Context<AppEnv>, error: unknown) => {
  if (!(error instanceof AppError)) throw error
  return c.redirect(`${c.get('request').config.publicUrl}/sign-in?error=${error.code}`, 302)
}

export const oauthRoutes = api()
  .openapi(
    createRoute({
      method: 'get',
      path: path('/start'),
      tags,
      summary: 'Sign in at a provider: sends the browser there',
      request: {
        params,
        query: z.object({ next: z.string().max(2000).optional(), invitation: z.string().max(200).optional() }),
      },
      responses: redirect,
    }),
    async (c) => {
      const wanted = { ...c.req.valid('query'), sessionId: null }
      try {
        const { url, browser } = await beginOauth(c.get('request'), c.req.valid('param').provider, wanted)
        setFlowCookie(c, browser)
        return c.redirect(url, 302)
      } catch (error) {
        return backToSignIn(c, error)
      }
    },
  )
  .openapi(
    createRoute({
      method: 'get',
      path: path('/callback'),
      tags,
      summary: 'Where the provider sends the browser back',
      request: { params },
      responses: redirect,
    }),
    async (c) => {
      const { provider } = c.req.valid('param')
      const browser = getCookie(c, flowCookie) ?? ''
      deleteCookie(c, flowCookie, { path: flowPath })
      try {
        const parameters = new URL(c.req.url).searchParams
        const { next, signedIn } = await finishOauth(c.get('request'), provider, parameters, browser)
        if (signedIn) {
          const expiresAt = new Date(signedIn.session.expiresAt)
          setSessionCookies(c, { ...signedIn, expiresAt })
        }
        return c.redirect(`${c.get('request').config.publicUrl}${next}`, 302)
      } catch (error) {
        return backToSignIn(c, error)
      }
    },
  )
  .openapi(
    createRoute({
      method: 'post',
      path: path('/link'),
      tags,
      summary: 'Begin to link a provider to the signed-in account: answers where to send the browser',
      middleware: [asPerson],
      request: { params, query: z.object({ next: z.string().max(2000).optional() }) },
      responses: { 200: json(OauthLink, 'Go there'), ...problems },
    }),
    async (c) => {
      const ctx = contextOf(c)
      const wanted = { ...c.req.valid('query'), sessionId: ctx.sessionId }
      const { url, browser } = await beginOauth(ctx, c.req.valid('param').provider, wanted)
      setFlowCookie(c, browser)
      return c.json({ url }, 200)
    },
  )
  .openapi(
    createRoute({
      method: 'delete',
      path: path(''),
      tags,
      summary: 'Unlink a provider',
      middleware: [asPerson],
      request: { params },
      responses: { 204: { description: 'Unlinked' }, ...problems },
    }),
    async (c) => {
      await unlinkProvider(contextOf(c), c.req.valid('param').provider)
      return c.body(null, 204)
    },
  )
