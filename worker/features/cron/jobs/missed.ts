import { actingFor, type RequestContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { missedStatement, overdueJobs } from './judging/store.ts'

/**
 * How late what runs can still look as if it did not: the gateway's timer sleeps a minute at most, also when its clock
 * has jumped (its spread is in the due moment already); a `cron` event that it drops is made up for by the connector's look
 * of each minute; and a look takes a while to be here.
 */
const graceMs = (60 + 60 + 30) * 1_000
/** So many jobs OpenClaw runs at once; the next one waits for the first to end, and is late rather than missed. */
const runsAtOnce = 8
const busyGraceMs = 10 * 60_000
const atOnce = 200

/**
 * Cron: a job was due, its gateway was there from then on, and nothing ran. Told once for each due moment; a gateway that
 * was away computes anew when it is back, and tells a later one.
 */
export const findMissedRuns = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  const overdue = { before: now - graceMs, beforeWhenBusy: now - busyGraceMs, busyAt: runsAtOnce }
  const organizations = new Set<string>()
  for (const job of await overdueJobs(ctx, overdue, atOnce)) {
    const system = actingFor(ctx, job.organizationId, { kind: 'system', id: 'cron' })
    const { id, connectorId, agentId, name, nextRunAt } = job
    await ctx.db.batch([
      missedStatement(system, id, overdue),
      auditStatement(
        system,
        'cron.missed',
        { jobId: id, name, dueAt: iso(nextRunAt ?? now) },
        { target: id, agentId, connectorId, risk: 'medium' },
      ),
    ])
    organizations.add(job.organizationId)
  }
  for (const organizationId of organizations) await drainSoon(ctx, organizationId)
}
