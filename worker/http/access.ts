import type { MiddlewareHandler } from 'hono'
import { createMiddleware } from 'hono/factory'
import { Capability, capabilitiesOf } from '../platform/access/contract.ts'
import type { OrganizationContext } from '../platform/context.ts'
import { AppError } from '../platform/errors.ts'
import { contextOf } from './api.ts'
import type { AppEnv } from './app-env.ts'

/** What a signed-in caller was refused: for want of a capability, by a verb's own rule, or for a wrong password or code. */
export interface Refusal {
  code: 'forbidden' | 'invalid_credentials' | 'invalid_code'
  /** Null where not a capability decided. */
  capability: Capability | null
  method: string
  path: string
}

/**
 * Tells of every refusal of a signed-in caller, whoever in the request decided it; an answer goes out only when that is
 * kept. What a retry is answered from a kept answer has been told.
 */
export const tellRefusals = (tell: (ctx: OrganizationContext, refusal: Refusal) => Promise<void>) =>
  createMiddleware<AppEnv>(async (c, next) => {
    await next()
    const [ctx, error] = [c.get('organization'), c.error]
    if (!ctx || !(error instanceof AppError)) return
    const { code, facts } = error
    if (code !== 'forbidden' && code !== 'invalid_credentials' && code !== 'invalid_code') return
    const capability = Capability.safeParse(facts.context?.capability).data ?? null
    await tell(ctx, { code, capability, method: c.req.method, path: c.req.path })
  })

/** Who is let through: a person or an API key with these capabilities, or a connector with its own token. */
export interface Demand {
  of: 'caller' | 'connector'
  capabilities: Capability[]
}
const demands = new WeakMap<object, Demand>()

/** Says of a middleware what it demands, so that the OpenAPI document says it of each route behind it. */
export const demanding = <M extends MiddlewareHandler<AppEnv>>(demand: Demand, middleware: M): M => {
  demands.set(middleware, demand)
  return middleware
}
export const demandOf = (handler: object): Demand | undefined => demands.get(handler)

/** Lets a request through whose caller is signed in, whoever it is. */
export const signedIn = demanding(
  { of: 'caller', capabilities: [] },
  createMiddleware<AppEnv>(async (c, next) => {
    contextOf(c)
    await next()
  }),
)

/** Lets a request through whose caller holds the capability; 401 without a caller, 403 without the capability. */
export const can = (capability: Capability) =>
  demanding(
    { of: 'caller', capabilities: [capability] },
    createMiddleware<AppEnv>(async (c, next) => {
      if (!contextOf(c).capabilities.has(capability))
        throw new AppError('forbidden', `This needs the capability ${capability}.`, { context: { capability } })
      await next()
    }),
  )

/**
 * Lets a person through who signed in as themselves: neither an API key nor a credential of fewer capabilities than
 * its person's role administers an account.
 */
export const asPerson = demanding(
  { of: 'caller', capabilities: [] },
  createMiddleware<AppEnv>(async (c, next) => {
    const { actor, role, capabilities } = contextOf(c)
    if (actor.kind !== 'member' || role === null || capabilities.size < capabilitiesOf(role).length)
      throw new AppError('forbidden', 'Only a person who signed in as themselves may do this.')
    await next()
  }),
)
