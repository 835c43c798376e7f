import { createMiddleware } from 'hono/factory'
import { configOf } from '../config.ts'
import { databaseOf } from '../platform/db.ts'
import { newId } from '../platform/ids.ts'
import { log } from '../platform/log.ts'
import { workingOn } from '../platform/object-database.ts'
import { formatTraceparent, newSpanId, newTraceId, parseTraceparent } from '../platform/traceparent.ts'
import type { AppEnv } from './app-env.ts'
import { loggedPath } from './logged-path.ts'

/** Opens each request: its id, trace, address and the context of verbs; closes it with one log line. */
export const request = createMiddleware<AppEnv>(async (c, next) => {
  const startedAt = Date.now()
  const given = c.req.header('x-request-id')
  const requestId = given && /^[\w.:-]{8,128}$/.test(given) ? given : crypto.randomUUID()
  const config = configOf(c.env)
  const parent = parseTraceparent(c.req.header('traceparent'))
  const [traceId, spanId] = [parent?.traceId ?? newTraceId(), newSpanId()]
  c.set('request', {
    env: c.env,
    config,
    db: databaseOf(c.env),
    now: () => new Date(),
    newId,
    requestId,
    traceId,
    spanId,
    parentSpanId: parent?.parentId ?? null,
    ipAddress: config.addressHeader === '' ? '' : (c.req.header(config.addressHeader) ?? '').slice(0, 64),
    userAgent: (c.req.header('user-agent') ?? '').slice(0, 300),
    waitUntil: (work) => c.executionCtx.waitUntil(work),
  })
  await workingOn(next)
  const organization = c.get('organization')
  // A socket's answer has immutable headers, and nothing to cache.
  if (c.res.status !== 101) {
    // The first makes the answer one of our own; each through the context would make it anew.
    c.header('x-request-id', requestId)
    const { headers } = c.res
    headers.set('traceparent', formatTraceparent(traceId, spanId))
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store')
    headers.set('x-content-type-options', 'nosniff')
  }
  log('request', {
    requestId,
    method: c.req.method,
    path: loggedPath(c.req.path),
    status: c.res.status,
    organizationId: organization?.organizationId ?? null,
    actor: organization?.actor.id ?? null,
    durationMs: Date.now() - startedAt,
  })
})
