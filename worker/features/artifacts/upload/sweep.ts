import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { backupFailed } from '../backups/answered.ts'
import { clearAway } from '../remove.ts'
import {
  forgetArtifactStatements,
  leavingArtifacts,
  moveArtifactStatement,
  overdueArtifacts,
  staleFailures,
} from '../store.ts'

const atOnce = 100
const failuresKeptMs = 30 * 24 * 3_600_000

/**
 * Cron: gives up what nobody finished, removes the bytes of what was deleted, and forgets failures a month later. An
 * upload by hand that was given up leaves nothing; a backup that was given up is a failure that is told.
 */
export const sweepArtifacts = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  for (const row of await overdueArtifacts(ctx, now, atOnce)) {
    const system = systemOf(ctx, row.organizationId)
    const isOrdered = row.cause === 'ordered' || row.cause === 'scheduled'
    if (isOrdered) await backupFailed(system, row, { failure: 'expired', detail: 'It was not there in time.' })
    else await moveArtifactStatement(system, row.id, ['uploading'], { state: 'deleting' })
  }
  for (const { id, organizationId } of await leavingArtifacts(ctx, atOnce))
    await clearAway(systemOf(ctx, organizationId), id)
  for (const { id, organizationId } of await staleFailures(ctx, now - failuresKeptMs, atOnce))
    await ctx.db.batch(forgetArtifactStatements(systemOf(ctx, organizationId), id))
}

const systemOf = (ctx: RequestContext, organizationId: string): OrganizationContext =>
  actingFor(ctx, organizationId, { kind: 'system', id: 'artifacts' })
