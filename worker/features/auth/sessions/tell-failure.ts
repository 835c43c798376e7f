import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { log } from '../../../platform/log.ts'
import { drainSoon, recordStatement } from '../../audit/index.ts'
import { membershipsOf } from '../../organizations/index.ts'
import type { User } from '../../users/index.ts'

/** Into the audit of the person's organizations; what nobody's account is, only the log hears of. */
export const tellFailure = async (ctx: RequestContext, user: User | undefined, cause: string) => {
  log('sign-in-failed', { requestId: ctx.requestId, cause, known: user !== undefined })
  const memberships = user ? await membershipsOf(ctx.db, user.id) : []
  for (const { id } of memberships.slice(0, 20)) {
    const within = actingFor(ctx, id, { kind: 'anonymous', id: ctx.ipAddress })
    await recordStatement(within, 'user.sign-in-failed', { cause }, { target: user?.id ?? '', risk: 'medium' })
    await drainSoon(ctx, id)
  }
}
