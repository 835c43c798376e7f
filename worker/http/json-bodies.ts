import { createMiddleware } from 'hono/factory'
import { AppError } from '../platform/errors.ts'
import type { AppEnv } from './app-env.ts'

/**
 * Refuses bodies that are not JSON with 415. A body of another type would be read as none, and where every field has a
 * default, what the caller said would be overheard in silence.
 */
export const jsonBodies = createMiddleware<AppEnv>(async (c, next) => {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (c.req.raw.body !== null && type !== 'application/json')
    throw new AppError('unsupported_media_type', 'Bodies are application/json.')
  await next()
})
