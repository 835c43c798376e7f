import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import { AppError } from '../platform/errors.ts'
import type { AppEnv } from './app-env.ts'

/** Refuses longer bodies with 413. One whose length is told is not looked at: looking makes a stream of it. */
export const limitBody = (maxSize: number) => {
  const refuse = () => {
    throw new AppError('too_large', `A body may have ${maxSize} bytes.`)
  }
  const counted = bodyLimit({ maxSize, onError: refuse })
  return createMiddleware<AppEnv>(async (c, next) => {
    const told = c.req.header('content-length')
    if (told === undefined || c.req.header('transfer-encoding') !== undefined) return counted(c, next)
    if (Number(told) <= maxSize) return next()
    refuse()
  })
}
