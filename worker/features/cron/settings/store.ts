import { eq, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { CronSettings } from '../contract.ts'
import { thresholdDefault } from '../jobs/judging/store.ts'
import { cronSettings } from '../schema.ts'

export const getSettings = async (ctx: OrganizationContext): Promise<CronSettings> => {
  const [row] = await ctx.db
    .select({ failureThreshold: cronSettings.failureThreshold, version: cronSettings.version })
    .from(cronSettings)
    .where(eq(cronSettings.organizationId, ctx.organizationId))
  return row ?? { failureThreshold: thresholdDefault, version: 0 }
}

/** Changes a row only where it says something else. */
export const putSettingsStatement = (ctx: OrganizationContext, failureThreshold: number) =>
  ctx.db
    .insert(cronSettings)
    .values({ organizationId: ctx.organizationId, failureThreshold, version: 1 })
    .onConflictDoUpdate({
      target: cronSettings.organizationId,
      set: { failureThreshold, version: sql`${cronSettings.version} + 1` },
      setWhere: sql`${cronSettings.failureThreshold} <> ${failureThreshold}`,
    })
