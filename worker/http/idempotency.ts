import type { Context } from 'hono'
import { createMiddleware } from 'hono/factory'
import type { OrganizationContext } from '../platform/context.ts'
import { AppError, keyOfAnother } from '../platform/errors.ts'
import { digestOf } from '../platform/secrets.ts'
import type { AppEnv } from './app-env.ts'

const answerBytesMax = 256 * 1024
const header = 'idempotency-key'
const writes = new Set(['POST', 'PUT', 'PATCH', 'DELETE'])

/** An answer as it went out. */
export interface KeptAnswer {
  status: number
  headers: [string, string][]
  body: string
}

/** One use of a key: who, and for which request. */
export interface KeyUse {
  caller: string
  key: string
  requestDigest: string
}

/** first: this is the one attempt that may act. */
export type Claimed =
  | { outcome: 'first'; attempt: string }
  | { outcome: 'answered'; answer: KeptAnswer }
  | { outcome: 'not_kept' }
  | { outcome: 'running'; retryAfterMs: number }
  | { outcome: 'other_request' }

/** Where keys are kept: a feature that this layer does not know. */
export interface IdempotencyKeys {
  claim: (ctx: OrganizationContext, use: KeyUse) => Promise<Claimed>
  /** Keeps the answer of an attempt; null for one that is too large to be kept. */
  answer: (ctx: OrganizationContext, use: KeyUse, attempt: string, answer: KeptAnswer | null) => Promise<void>
  /** Forgets an attempt that did nothing which counts. */
  release: (ctx: OrganizationContext, use: KeyUse, attempt: string) => Promise<void>
}

interface Options {
  keys: IdempotencyKeys
  /** Requests that keep their own keys. */
  except: (c: Context<AppEnv>) => boolean
}

/**
 * Makes a write with an `Idempotency-Key` happen once: sent again with the same key, it is answered as it was the first
 * time, for a day. Throws `idempotency_conflict` when the key was used for another request, and `conflict` while the
 * first one still runs. Without the header, and without a caller, it does nothing.
 */
export const idempotent = ({ keys, except }: Options) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const key = c.req.header(header)
    const ctx = c.get('organization')
    if (key === undefined || ctx === undefined || !writes.has(c.req.method) || except(c)) return next()
    const use = { caller: callerOf(ctx), key: checkedKey(key), requestDigest: await requestDigestOf(c) }
    const claimed = await keys.claim(ctx, use)
    if (claimed.outcome === 'answered') return replayed(claimed.answer)
    if (claimed.outcome !== 'first') throw refusal(claimed)
    try {
      await next()
    } catch (error) {
      await keys.release(ctx, use, claimed.attempt)
      throw error
    }
    // A crash before this line leaves a claim that lets go after a minute.
    if (isFinal(c.res)) await keys.answer(ctx, use, claimed.attempt, await keptOf(c.res))
    else await keys.release(ctx, use, claimed.attempt)
  })

/** Who, and with which abilities: a key does not open to a lesser credential what it answered to a greater one. */
const callerOf = ({ actor, capabilities }: OrganizationContext): string =>
  `${actor.kind}:${actor.id}:${digestOf([...capabilities].sort().join()).slice(0, 16)}`

/** The key, if it is one. Throws `invalid`. */
export const checkedKey = (key: string): string => {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return key
  throw new AppError('invalid', 'The Idempotency-Key is 1 to 255 visible ASCII characters.', {
    errors: [{ path: 'Idempotency-Key', message: 'not 1 to 255 visible ASCII characters' }],
  })
}

const requestDigestOf = async (c: Context<AppEnv>): Promise<string> => {
  const { pathname, search } = new URL(c.req.url)
  return digestOf([c.req.method, pathname + search, await c.req.text()].join('\n'))
}

/** What would be answered again in the same way. Our own faults and overload are to be tried again; streams are no answers. */
const isFinal = ({ status, headers }: Response): boolean =>
  status >= 200 &&
  status < 500 &&
  status !== 429 &&
  !headers.has('set-cookie') &&
  /^application\/(problem\+)?json\b|^$/.test(headers.get('content-type') ?? '')

const keptOf = async (answer: Response): Promise<KeptAnswer | null> => {
  const body = await answer.clone().text()
  if (body.length > answerBytesMax || new TextEncoder().encode(body).length > answerBytesMax) return null
  return { status: answer.status, headers: [...answer.headers], body }
}

const replayed = ({ status, headers, body }: KeptAnswer): Response =>
  new Response(body === '' ? null : body, { status, headers: [...headers, ['idempotency-replayed', 'true']] })

const refusal = (claimed: Exclude<Claimed, { outcome: 'first' | 'answered' }>): AppError => {
  if (claimed.outcome === 'other_request') return keyOfAnother()
  if (claimed.outcome === 'not_kept')
    return new AppError('conflict', 'The request was done before; its answer was too large to be kept.')
  return new AppError('conflict', 'The first request with this key still runs.', {
    retryAfterMs: claimed.retryAfterMs,
  })
}
