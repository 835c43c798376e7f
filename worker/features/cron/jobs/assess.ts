import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll, type Statement } from '../../../platform/db.ts'
import { auditStatement } from '../../audit/index.ts'
import type { JobRow } from '../schema.ts'
import { beginsFailingStatement, misjudgedJobs, recoversStatement } from './judging/store.ts'

type Judged = Pick<JobRow, 'id' | 'connectorId' | 'agentId' | 'name' | 'consecutiveFailures' | 'lastStatus'>

/**
 * For a batch behind what changed a job or its threshold: it begins to fail when it reaches the threshold, and recovers
 * when it is below it, each told once. Whether it does, the statements find out themselves.
 */
export const assessStatements = (ctx: OrganizationContext, job: Judged, at: number): Statement[] => {
  const { id, connectorId, agentId, name, consecutiveFailures, lastStatus } = job
  const facts = { target: id, agentId, connectorId }
  return [
    beginsFailingStatement(ctx, id, at),
    auditStatement(
      ctx,
      'cron.failing',
      { jobId: id, name, consecutiveFailures, lastStatus },
      { ...facts, risk: 'high' },
    ),
    recoversStatement(ctx, id),
    auditStatement(ctx, 'cron.recovered', { jobId: id, name }, facts),
  ]
}

const atOnce = 200

/** Another threshold of the organization: jobs that it judges otherwise begin to fail, or recover. */
export const assessAll = async (ctx: OrganizationContext): Promise<void> => {
  const at = ctx.now().getTime()
  for (const job of await misjudgedJobs(ctx, atOnce)) await commitAll(ctx.db, assessStatements(ctx, job, at))
}
