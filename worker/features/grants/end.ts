import { actingFor, type RequestContext } from '../../platform/context.ts'
import { auditStatement, drainSoon } from '../audit/index.ts'
import { askToForget } from './gateway.ts'
import { stateOf } from './rules.ts'
import { endStatement, grantById, isOver, overdueGrants } from './store.ts'

const grantsAtOnce = 500

/**
 * Cron: grants whose time or uses are over are told so, once, and a gateway that remembers one is told to forget it.
 * Nothing waits for this: what is over answers nothing from that moment on.
 */
export const endGrants = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  const organizations = new Set<string>()
  for (const grant of await overdueGrants(ctx.db, now, grantsAtOnce)) {
    const { id, agentId, connectorId } = grant
    const acting = actingFor(ctx, grant.organizationId, { kind: 'system', id: 'clock' })
    const because = stateOf(grant, now) === 'used_up' ? 'used_up' : 'expired'
    const [ended] = await ctx.db.batch([
      endStatement(acting, id, { endedAt: now }, isOver(now)),
      auditStatement(acting, 'grant.expired', { grantId: id, because }, { target: id, agentId, connectorId }),
    ])
    if (ended.meta.changes === 0) continue
    organizations.add(grant.organizationId)
    const after = await grantById(acting, id)
    if (after?.gateway === 'revoking') await askToForget(acting, after)
  }
  for (const organizationId of organizations) await drainSoon(ctx, organizationId)
}
