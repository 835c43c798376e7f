import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll, type Statement } from '../../../platform/db.ts'
import { sealNow } from '../../../platform/seal.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { ChangeDone } from '../../connectors/link/changes/contract.ts'
import { messagePurpose } from '../jobs/told.ts'
import type { ChangeRow, JobRow } from '../schema.ts'
import { handOver } from './hand-over.ts'
import { wantedOf } from './sealed.ts'
import { changeById, mirrorStatement, moveStatement, rebaseFollowersStatement } from './store.ts'

type Result = { ok: true; done?: ChangeDone | undefined } | { ok: false; failure: string; detail?: string }

/**
 * The connector answered a change, or its deadline passed. Said twice it ends once; for an id that nobody knows nothing
 * happens. What the job is no longer fit for becomes a conflict, which a person answers. Then what waits behind it goes.
 */
export const cronChangeAnswered = async (ctx: OrganizationContext, id: string, result: Result): Promise<void> => {
  const row = await changeById(ctx, id)
  if (row?.state !== 'sent') return
  const now = ctx.now().getTime()
  await commitAll(ctx.db, result.ok ? applied(ctx, row, now, result.done) : failed(ctx, row, now, result))
  // Not awaited: the session that asks us is the one that keeps the next command.
  ctx.waitUntil(handOver(ctx, row.connectorId))
  await drainSoon(ctx, ctx.organizationId)
}

const factsOf = (row: ChangeRow) => ({
  target: row.jobId ?? row.id,
  agentId: row.agentId,
  connectorId: row.connectorId,
  risk: 'medium' as const,
})

const applied = (
  ctx: OrganizationContext,
  row: ChangeRow,
  endedAt: number,
  done: ChangeDone | undefined,
): Statement[] => {
  const { id, kind, jobName, jobId } = row
  const reference = done?.reference ?? null
  return [
    moveStatement(ctx, id, ['sent'], {
      state: 'applied',
      endedAt,
      reference,
      ...(done?.jobId && { externalId: done.jobId }),
    }),
    auditStatement(
      ctx,
      'cron.change-applied',
      { changeId: id, kind, jobId, name: jobName, reference, wasAlready: done?.wasAlready ?? false },
      factsOf(row),
    ),
    ...mirrored(ctx, row, reference),
  ]
}

const mirrored = (ctx: OrganizationContext, row: ChangeRow, revision: string | null): Statement[] => {
  const { jobId, baseRevision } = row
  if (jobId === null || row.kind === 'run' || row.kind === 'add') return []
  if (row.kind === 'remove') {
    const gone = { state: 'gone', nextRunAt: null, runningSince: null, failingSince: null, missedAt: null } as const
    return [mirrorStatement(ctx, jobId, baseRevision, gone)]
  }
  const { name, schedule, isEnabled, message } = wantedOf(ctx, row).patch
  const change: Partial<JobRow> = {
    ...(name === undefined ? {} : { name }),
    ...(schedule === undefined ? {} : { schedule }),
    ...(isEnabled === undefined ? {} : { isEnabled }),
    ...(message === undefined ? {} : { message: sealNow(ctx.config, messagePurpose(jobId), message) }),
    ...(isEnabled === false || schedule ? { nextRunAt: null } : {}),
    revision,
  }
  const rest = revision === null ? [] : [rebaseFollowersStatement(ctx, row, revision)]
  return [mirrorStatement(ctx, jobId, baseRevision, change), ...rest]
}

/** Somebody has to look: the job was changed, or is gone. */
const isConflict = ({ kind }: ChangeRow, failure: string): boolean =>
  failure === 'stale' || (failure === 'not_found' && kind === 'update')

const failed = (
  ctx: OrganizationContext,
  row: ChangeRow,
  now: number,
  { failure, detail = '' }: { failure: string; detail?: string },
): Statement[] => {
  const { id, kind, jobId, jobName: name } = row
  if (isConflict(row, failure))
    return [
      moveStatement(ctx, id, ['sent'], { state: 'conflict', failure, detail }),
      auditStatement(ctx, 'cron.change-conflicted', { changeId: id, kind, jobId, name, cause: failure }, factsOf(row)),
    ]
  const state = failure === 'expired' || failure === 'unknown_outcome' ? 'lapsed' : 'failed'
  return [
    moveStatement(ctx, id, ['sent'], { state, endedAt: now, failure, detail }),
    auditStatement(
      ctx,
      'cron.change-failed',
      { changeId: id, kind, jobId, name, cause: failure, detail },
      factsOf(row),
    ),
  ]
}
