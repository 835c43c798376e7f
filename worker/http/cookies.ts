import type { Context } from 'hono'
import { deleteCookie, getCookie, setCookie } from 'hono/cookie'
import { randomToken } from '../platform/secrets.ts'
import type { AppEnv } from './app-env.ts'

export const accessCookie = 'cb_access'
export const refreshCookie = 'cb_refresh'
export const csrfCookie = 'cb_csrf'
const refreshPath = '/api/v1/auth'

interface SessionTokens {
  accessToken: string
  refreshToken: string
  /** When the refresh token ends. */
  expiresAt: Date
}

/**
 * Keeps a session in the browser. The access cookie outlives its token on purpose: an expired token asks for a
 * refresh, an absent one for a sign-in. The CSRF token stays the same while the session lives, for the other tabs.
 */
export const setSessionCookies = (c: Context<AppEnv>, { accessToken, refreshToken, expiresAt }: SessionTokens) => {
  const shared = { ...base(c), expires: expiresAt }
  setCookie(c, accessCookie, accessToken, { ...shared, httpOnly: true, sameSite: 'Lax', path: '/' })
  setCookie(c, refreshCookie, refreshToken, { ...shared, httpOnly: true, sameSite: 'Strict', path: refreshPath })
  const csrf = getCookie(c, csrfCookie) || randomToken()
  setCookie(c, csrfCookie, csrf, { ...shared, sameSite: 'Strict', path: '/' })
}

export const clearSessionCookies = (c: Context<AppEnv>) => {
  deleteCookie(c, accessCookie, { ...base(c), path: '/' })
  deleteCookie(c, refreshCookie, { ...base(c), path: refreshPath })
  deleteCookie(c, csrfCookie, { ...base(c), path: '/' })
}

const base = (c: Context<AppEnv>) => ({ secure: c.get('request').config.publicUrl.startsWith('https:') })
