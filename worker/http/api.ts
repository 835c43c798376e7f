import { OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { HonoOptions } from 'hono/hono-base'
import type { OrganizationContext } from '../platform/context.ts'
import { Problem } from '../platform/contract.ts'
import { AppError } from '../platform/errors.ts'
import type { AppEnv } from './app-env.ts'

/** A feature's sub-app: whatever its contracts refuse is answered as problem details with the path of each fault. */
export const api = (options: Pick<HonoOptions<AppEnv>, 'router'> = {}) =>
  new OpenAPIHono<AppEnv>({
    ...options,
    defaultHook: (result) => {
      if (result.success) return
      const errors = result.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message }))
      throw new AppError('invalid', 'The request does not fit its contract.', { errors })
    },
  })

/** The signed-in caller's context. Only behind `can(…)` or `signedIn`. */
export const contextOf = (c: Context<AppEnv>): OrganizationContext => {
  const context = c.get('organization')
  if (!context) throw c.get('credentialFault') ?? new AppError('unauthenticated', 'Sign in first.')
  return context
}

export const json = <T extends z.ZodType>(schema: T, description: string) => ({
  description,
  content: { 'application/json': { schema } },
})

/** A required JSON body: an absent one is a fault like any other. */
export const body = <T extends z.ZodType>(schema: T) => ({
  required: true as const,
  content: { 'application/json': { schema } },
})

/** Every route can answer these; listed once so that the OpenAPI document says so everywhere. */
export const problems = {
  default: { description: 'Problem details', content: { 'application/problem+json': { schema: Problem } } },
} as const
