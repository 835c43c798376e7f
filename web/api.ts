import type { z } from 'zod'
import { Page, Problem } from '../worker/platform/contract.ts'
import { ApiError } from './api-error.ts'
import { learnServerClock } from './clock.ts'
import { csrfToken, hasSession } from './session/cookie.ts'

type Init = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
  keepalive?: boolean
}

const base = '/api/v1'
const refreshedKey = 'clawbutler.refreshed'

/** Sends one request with the session's cookies and, for unsafe methods, the CSRF token. Rejects as `network`. */
const send = async (path: string, { method = 'GET', body, headers: given, signal, keepalive }: Init) => {
  const headers = new Headers({ Accept: 'application/json', ...given })
  if (body !== undefined) headers.set('Content-Type', 'application/json')
  if (method !== 'GET') headers.set('X-CSRF-Token', csrfToken())
  const sentAt = Date.now()
  try {
    const answer = await fetch(base + path, {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      ...(signal ? { signal } : {}),
      ...(keepalive ? { keepalive } : {}),
    })
    learnServerClock(answer.headers.get('date'), sentAt, Date.now())
    return answer
  } catch (error) {
    if (signal?.aborted) throw error
    throw new ApiError({ code: 'network', detail: 'No answer from the server.' })
  }
}

/** An answer that is no success, as an `ApiError`; a body that is no problem document becomes `unreadable`. */
export const problemOf = async (answer: Response) => {
  const requestId = answer.headers.get('x-request-id')
  const parsed = Problem.safeParse(await answer.json().catch(() => null))
  if (!parsed.success)
    return new ApiError({ code: 'unreadable', detail: answer.statusText, status: answer.status, requestId })
  const { code, detail, errors, context } = parsed.data
  const failure = { code, detail, status: answer.status, requestId: parsed.data.requestId || requestId }
  return new ApiError({ ...failure, fields: errors, context })
}

const lastRefreshMs = () => {
  try {
    return Number(localStorage.getItem(refreshedKey) ?? 0)
  } catch {
    return 0
  }
}

const refreshSession = async (askedAt: number) => {
  // Another tab may have used the one-time refresh token while we waited for the lock: its new cookies are ours too.
  if (lastRefreshMs() > askedAt) return true
  const answer = await send('/auth/refresh', { method: 'POST', body: {} })
  if (!answer.ok) return false
  try {
    localStorage.setItem(refreshedKey, String(Date.now()))
  } catch {
    // Without storage the tabs only lose the shortcut above.
  }
  return true
}

let refreshing: Promise<boolean> | null = null

/**
 * Renews the session once for everybody who asks meanwhile; false when there is none left. A refresh token works
 * once and its second use ends the whole family, hence the lock over all tabs.
 */
export const renewSession = (askedAt = Date.now()) => {
  refreshing ??= (
    navigator.locks
      ? navigator.locks.request('clawbutler.refresh', () => refreshSession(askedAt))
      : refreshSession(askedAt)
  ).finally(() => {
    refreshing = null
  })
  return refreshing
}

/** Sends, and once more after renewing the session when that is why it was refused. The answer may be a failure. */
export const sendWithSession = async (path: string, init: Init = {}) => {
  const hadSession = hasSession()
  const askedAt = Date.now()
  const answer = await send(path, init)
  if (answer.status !== 401) return answer
  const { code } = await problemOf(answer.clone())
  const renewable = code === 'token_expired' || (code === 'unauthenticated' && hadSession)
  return renewable && (await renewSession(askedAt)) ? send(path, init) : answer
}

/** Asks for `path` below /api/v1 and answers what `schema` makes of it. Every failure is an `ApiError`. */
export const request = async <S extends z.ZodType>(schema: S, path: string, init?: Init): Promise<z.output<S>> => {
  const answer = await sendWithSession(path, init)
  if (!answer.ok) throw await problemOf(answer)
  const parsed = schema.safeParse(await answer.json().catch(() => null))
  if (parsed.success) return parsed.data
  const requestId = answer.headers.get('x-request-id')
  const detail = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('; ')
  throw new ApiError({ code: 'unreadable', detail, status: answer.status, requestId })
}

/** Like `request` for acts whose answer holds nothing that matters here, 204 included. */
export const act = async (path: string, init: Init): Promise<void> => {
  const answer = await sendWithSession(path, init)
  if (!answer.ok) throw await problemOf(answer)
}

/** `?a=1&b=2` of what is given; undefined, null and empty are left out. */
export const queryString = (params: Record<string, string | number | null | undefined>) => {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(params))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value))
  const text = search.toString()
  return text === '' ? '' : `?${text}`
}

/** Every item of a list that is short as a rule, over as many pages as that takes. */
export const requestAll = async <T extends z.ZodType>(
  item: T,
  path: string,
  params: Parameters<typeof queryString>[0] = {},
) => {
  const items: z.infer<T>[] = []
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: z.infer<ReturnType<typeof Page<T>>> = await request(
      Page(item),
      `${path}${queryString({ ...params, limit: 200, cursor })}`,
    )
    items.push(...page.items)
    cursor = page.nextCursor
  }
  return { items }
}
