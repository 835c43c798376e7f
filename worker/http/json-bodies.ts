import { createMiddleware } from 'hono/factory'
import { AppError } from '../platform/errors.ts'
import type { AppEnv } from './app-env.ts'

/**
 * Refuses bodies that are not JSON with 415. A body of another type would be read as none, and where every field has a
 * default, what the caller said would be overheard in silence.
 */
export const jsonBodies = createMiddleware<AppEnv>(async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  // Browsers and others say `content-length: 0` where they send nothing, which is a body still, an empty one.
  const isEmpty = c.req.raw.body === null || c.req.header('content-length') === '0'
  if (!isEmpty && type !== 'application/json')
    throw new AppError('unsupported_media_type', 'Bodies are application/json.')
  await next()
})
