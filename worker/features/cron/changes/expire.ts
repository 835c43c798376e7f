import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { cronChangeAnswered } from './conclude.ts'
import { moveStatement, overdueChanges } from './store.ts'

/** The session tells of an order that it holds; what is older than this it never held. */
const graceMs = 60_000
const atOnce = 200

/**
 * Cron: what waited, or was in conflict, for as long as it was good for is not made any more; what was handed over and
 * never answered may have been. Each ends once, whoever ends it first.
 */
export const expireCronChanges = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  const detail = 'Nobody answered in time.'
  for (const row of await overdueChanges(ctx, now, now - graceMs, atOnce)) {
    const system = actingFor(ctx, row.organizationId, { kind: 'system', id: 'cron' })
    const { id, kind, jobId, jobName: name, agentId, connectorId } = row
    if (row.state === 'sent') {
      await cronChangeAnswered(system, id, { ok: false, failure: 'expired', detail })
      continue
    }
    await ctx.db.batch([
      moveStatement(system, id, ['waiting', 'conflict'], { state: 'failed', endedAt: now, failure: 'expired', detail }),
      auditStatement(
        system,
        'cron.change-failed',
        { changeId: id, kind, jobId, name, cause: 'expired', detail },
        { target: jobId ?? id, agentId, connectorId, risk: 'medium' },
      ),
    ])
    await drainSoon(system, row.organizationId)
  }
}
