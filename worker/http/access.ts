import { createMiddleware } from 'hono/factory'
import { type Capability, capabilitiesOf } from '../platform/access/contract.ts'
import type { OrganizationContext } from '../platform/context.ts'
import { AppError } from '../platform/errors.ts'
import { contextOf } from './api.ts'
import type { AppEnv } from './app-env.ts'

type Refused = (ctx: OrganizationContext, capability: Capability, method: string, path: string) => Promise<void>

let tellRefused: Refused = async () => {}

/** Set once by the app: refused authorizations are audited by a feature that this layer does not know. */
export const onRefused = (tell: Refused) => {
  tellRefused = tell
}

/** Lets a request through whose caller is signed in, whoever it is. */
export const signedIn = createMiddleware<AppEnv>(async (c, next) => {
  contextOf(c)
  await next()
})

/** Lets a request through whose caller holds the capability; 401 without a caller, 403 without the capability. */
export const can = (capability: Capability) =>
  createMiddleware<AppEnv>(async (c, next) => {
    const ctx = contextOf(c)
    if (!ctx.capabilities.has(capability)) {
      await tellRefused(ctx, capability, c.req.method, c.req.path)
      throw new AppError('forbidden', `This needs the capability ${capability}.`, { context: { capability } })
    }
    await next()
  })

/**
 * Lets a person through who signed in as themselves: neither an API key nor a credential of fewer capabilities than
 * its person's role administers an account.
 */
export const asPerson = createMiddleware<AppEnv>(async (c, next) => {
  const { actor, role, capabilities } = contextOf(c)
  if (actor.kind !== 'member' || role === null || capabilities.size < capabilitiesOf(role).length)
    throw new AppError('forbidden', 'Only a person who signed in as themselves may do this.')
  await next()
})
