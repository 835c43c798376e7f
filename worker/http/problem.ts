import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { AppError } from '../platform/errors.ts'
import { logFault } from '../platform/log.ts'
import type { AppEnv } from './app-env.ts'
import { loggedPath } from './logged-path.ts'

/** Turns whatever was thrown into problem details; a bug is logged whole and told without detail. */
export const answerProblem = (thrown: unknown, c: Context<AppEnv>): Response => {
  const error = toAppError(thrown)
  // Absent only when the configuration itself could not be read.
  const requestId = c.get('request')?.requestId ?? crypto.randomUUID()
  if (error.code === 'internal') logFault('request.fault', thrown, { requestId, path: loggedPath(c.req.path) })
  const headers = new Headers({ 'content-type': 'application/problem+json' })
  if (error.facts.retryAfterMs !== undefined)
    headers.set('retry-after', String(Math.ceil(error.facts.retryAfterMs / 1000)))
  if (error.status === 401) headers.set('www-authenticate', 'Bearer realm="clawbutler"')
  return c.newResponse(JSON.stringify(error.toProblem(requestId)), { status: error.status, headers })
}

const toAppError = (thrown: unknown): AppError => {
  if (thrown instanceof AppError) return thrown
  if (thrown instanceof HTTPException) {
    if (thrown.status === 400) return new AppError('malformed', 'The body is not what its content type says.')
    if (thrown.status === 415) return new AppError('unsupported_media_type', 'Bodies are application/json.')
    if (thrown.status === 413) return new AppError('too_large', 'The body is too large.')
  }
  return new AppError('internal', 'Something went wrong here. The request id leads to the log line.')
}
