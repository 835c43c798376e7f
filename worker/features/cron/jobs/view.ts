import type { OrganizationContext } from '../../../platform/context.ts'
import { unsealNow } from '../../../platform/seal.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import { type CronJobView, type JobVersion, openChangeStates } from '../contract.ts'
import type { JobRow } from '../schema.ts'
import { type DescribedJob, openChangesOf } from './store.ts'
import { messagePurpose } from './told.ts'

export const viewJobs = async (ctx: OrganizationContext, rows: DescribedJob[]): Promise<CronJobView[]> => {
  const ids = rows.map(({ id }) => id)
  const open = ids.length > 0 ? await openChangesOf(ctx, ids) : []
  return rows.map((row) => ({
    ...viewRow(ctx, row),
    openChanges: open.flatMap(({ id, jobId, kind, state, orderedAt }) =>
      jobId === row.id && isOpen(state) ? [{ id, kind, state, orderedAt: iso(orderedAt) }] : [],
    ),
  }))
}

type OpenState = CronJobView['openChanges'][number]['state']
const isOpen = (state: string): state is OpenState => openChangeStates.some((open) => open === state)

const viewRow = (ctx: OrganizationContext, row: DescribedJob): Omit<CronJobView, 'openChanges'> => {
  const isFailing = row.failingSince !== null && row.isEnabled && row.state === 'present'
  const isMissed = row.missedAt !== null && row.missedAt === row.nextRunAt && row.isEnabled
  return {
    id: row.id,
    externalId: row.externalId,
    connectorId: row.connectorId,
    connectorName: row.connectorName,
    isReachable: row.connectorState === 'online' && row.gatewayConnected === true,
    agentId: row.agentId,
    agentName: row.agentName,
    description: row.description,
    payloadKind: row.payloadKind,
    sessionTarget: row.sessionTarget,
    revision: row.revision,
    state: row.state,
    isManaged: row.isManaged,
    isAutoDisabled: row.isAutoDisabled,
    nextRunAt: isoOrNull(row.nextRunAt),
    lastRunAt: isoOrNull(row.lastRunAt),
    lastStatus: row.lastStatus,
    lastError: row.lastError,
    runningSince: isoOrNull(row.runningSince),
    consecutiveFailures: row.consecutiveFailures,
    failureThreshold: row.failureThreshold,
    isFailing,
    failingSince: isFailing ? isoOrNull(row.failingSince) : null,
    missedAt: isMissed ? isoOrNull(row.missedAt) : null,
    seenAt: iso(row.seenAt),
    ...versionOf(ctx, row),
  }
}

/** The job as far as a person wrote it, as it was told last. */
export const versionOf = (ctx: OrganizationContext, row: JobRow): JobVersion => ({
  name: row.name,
  schedule: row.schedule,
  message: row.message === null ? null : unsealNow(ctx.config, messagePurpose(row.id), row.message),
  isEnabled: row.isEnabled,
})
