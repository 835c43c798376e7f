import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { missedStatement, overdueJobs } from './store.ts'

/** The gateway spreads what is due at once, and starts it after a while; what is not running by then was missed. */
const graceMs = 10 * 60_000
const atOnce = 200

/**
 * Cron: a job was due, its gateway was there from then on, and nothing ran. Told once for each due moment; a gateway that
 * was away computes anew when it is back, and tells a later one.
 */
export const findMissedRuns = async (ctx: RequestContext): Promise<void> => {
  const before = ctx.now().getTime() - graceMs
  const organizations = new Set<string>()
  for (const job of await overdueJobs(ctx, before, atOnce)) {
    const system = actingFor(ctx, job.organizationId, { kind: 'system', id: 'cron' })
    const { id, connectorId, agentId, name, nextRunAt } = job
    await ctx.db.batch([
      missedStatement(system, id, before),
      auditStatement(
        system,
        'cron.missed',
        { jobId: id, name, dueAt: iso(nextRunAt ?? before) },
        { target: id, agentId, connectorId, risk: 'medium' },
      ),
    ])
    organizations.add(job.organizationId)
  }
  for (const organizationId of organizations) await drainSoon(ctx, organizationId)
}
