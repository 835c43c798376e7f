import type { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { CronSettings, PutCronSettings } from '../contract.ts'
import { assessAll } from '../jobs/assess.ts'
import { getSettings, putSettingsStatement } from './store.ts'

/** Says after how many failures in a row a job is failing; jobs are judged by it at once. Twice is once. */
export const putSettings = async (
  ctx: OrganizationContext,
  { failureThreshold }: z.infer<typeof PutCronSettings>,
): Promise<CronSettings> => {
  await ctx.db.batch([
    putSettingsStatement(ctx, failureThreshold),
    auditStatement(ctx, 'cron.threshold-changed', { jobId: null, failureThreshold }, { risk: 'medium' }),
  ])
  // A crash before this line leaves jobs that are judged when they are told next.
  await assessAll(ctx)
  await drainSoon(ctx, ctx.organizationId)
  return getSettings(ctx)
}
