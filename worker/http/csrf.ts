import type { Context } from 'hono'
import { getCookie } from 'hono/cookie'
import { AppError } from '../platform/errors.ts'
import { sameSecret } from '../platform/secrets.ts'
import type { AppEnv } from './app-env.ts'
import { csrfCookie } from './cookies.ts'

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS'])

/**
 * What speaks against a request that is authenticated by cookie: a page of another origin can send our cookies, but
 * cannot read the CSRF cookie to repeat it in the header. Null when nothing does.
 */
export const forgeryFault = (c: Context<AppEnv>): AppError | null => {
  if (safeMethods.has(c.req.method)) return null
  if (!hasOwnOrigin(c)) return foreign()
  const cookie = getCookie(c, csrfCookie)
  const header = c.req.header('x-csrf-token')
  if (cookie && header && sameSecret(cookie, header)) return null
  return new AppError('csrf', 'The X-CSRF-Token header does not repeat the cb_csrf cookie.')
}

/** For what sets or uses session cookies before anybody is signed in. Throws `csrf` for a page of another origin. */
export const requireOwnOrigin = (c: Context<AppEnv>) => {
  if (!hasOwnOrigin(c)) throw foreign()
}

const hasOwnOrigin = (c: Context<AppEnv>) => {
  const origin = c.req.header('origin')
  if (origin === undefined) return true
  return origin === new URL(c.req.url).origin || origin === new URL(c.get('request').config.publicUrl).origin
}

const foreign = () => new AppError('csrf', 'The request comes from a page of another origin.')
