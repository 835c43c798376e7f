import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { restoreWrote } from '../../snapshots/index.ts'
import type { ArtifactRestoreRow } from '../schema.ts'
import { getArtifact } from '../store.ts'
import type { ReportRestore, Restore } from './contract.ts'
import { endedSince, getRestore, insertWritesStatement, moveRestoreStatement, overdueRestores } from './store.ts'
import { viewRestore } from './view.ts'

const endWithinMs = 24 * 3_600_000
/** So long may one that failed go on as what it was. */
const resumeWithinMs = 24 * 3_600_000
const atOnce = 100

/**
 * The machine says that it begins, what it is at, and how it ended. Said twice it is so once. One that failed may begin
 * again for a day: it is the same change, of which a part is done. Throws `forbidden` for everybody but who announced it,
 * `conflict` when it is in no state for that.
 */
export const reportRestore = async (
  ctx: OrganizationContext,
  connectorId: string,
  id: string,
  report: ReportRestore,
): Promise<Restore> => {
  const row = await getRestore(ctx, id)
  if (row.connectorId !== connectorId) throw notFound('Restore')
  if (row.requestedById !== ctx.actor.id)
    throw new AppError('forbidden', 'Only who announced a restore tells how it goes.')
  if (report.state === 'started') await started(ctx, row, report.checkpointId)
  else if (report.state === 'wrote') await wrote(ctx, row, report)
  else if (report.state === 'progress') await moveRestoreStatement(ctx, id, underWay, { step: report.step })
  else await ended(ctx, row, report)
  const now = await getRestore(ctx, id)
  const isSo = statesAfter(report).includes(now.state)
  if (!isSo) throw new AppError('conflict', 'The restore is in no state for that.', { context: { state: now.state } })
  await drainSoon(ctx, ctx.organizationId)
  return viewRestore(now)
}

const started = async (ctx: OrganizationContext, row: ArtifactRestoreRow, checkpointId: string | null) => {
  const { id, connectorId, risk } = row
  if (checkpointId !== null && (await getArtifact(ctx, checkpointId)).connectorId !== connectorId)
    throw new AppError('invalid', 'The checkpoint is of another gateway.', {
      errors: [{ path: 'checkpointId', message: 'is of another connector' }],
    })
  const now = ctx.now().getTime()
  const change = { state: 'started', checkpointId, deadline: now + endWithinMs } as const
  const begun =
    row.state === 'failed'
      ? moveRestoreStatement(
          ctx,
          id,
          ['failed'],
          {
            ...change,
            startedAt: row.startedAt ?? now,
            checkpointId: checkpointId ?? row.checkpointId,
            applied: null,
            detail: null,
            endedAt: null,
          },
          endedSince(now - resumeWithinMs),
        )
      : moveRestoreStatement(ctx, id, ['approved'], { ...change, startedAt: now })
  await ctx.db.batch([
    begun,
    auditStatement(ctx, 'restore.started', { restoreId: id, checkpointId }, { target: id, connectorId, risk }),
  ])
}

const underWay: readonly ArtifactRestoreRow['state'][] = ['approved', 'started']

/** In which it is once a report was taken. */
const statesAfter = ({ state }: ReportRestore): readonly ArtifactRestoreRow['state'][] => {
  if (state === 'progress') return underWay
  return state === 'wrote' ? ['started'] : [state]
}

/** Digests, so that nobody else's change is taken for its work. Somebody may have looked before it could be told. */
const wrote = async (
  ctx: OrganizationContext,
  { id, connectorId }: ArtifactRestoreRow,
  { settings, files }: Extract<ReportRestore, { state: 'wrote' }>,
): Promise<void> => {
  await insertWritesStatement(ctx, id, { settings, files })
  await restoreWrote(ctx, connectorId)
}

type End = Exclude<ReportRestore, { state: 'started' | 'progress' | 'wrote' }>

/** Also from `approved`: that it began may have been said to nobody. */
const ended = async (ctx: OrganizationContext, row: ArtifactRestoreRow, report: End): Promise<void> => {
  const { id, connectorId, risk } = row
  const { state, applied } = report
  const end = { state, applied, endedAt: ctx.now().getTime(), deadline: null }
  const facts = { target: id, connectorId }
  if (report.state === 'finished') {
    const { verified, differences } = report
    await ctx.db.batch([
      moveRestoreStatement(ctx, id, ['approved', 'started'], { ...end, isVerified: verified, differences }),
      auditStatement(
        ctx,
        'restore.finished',
        { restoreId: id, verified, applied, differences: differences.length },
        { ...facts, risk: verified ? risk : 'high' },
      ),
    ])
    return
  }
  const { detail } = report
  await ctx.db.batch([
    moveRestoreStatement(ctx, id, ['approved', 'started'], { ...end, detail }),
    auditStatement(ctx, 'restore.failed', { restoreId: id, applied, detail }, { ...facts, risk: 'high' }),
  ])
}

/** Cron: what nobody decided, began or ended in time. One that had begun may have changed anything, and is a failure. */
export const lapseRestores = async (ctx: RequestContext): Promise<void> => {
  const now = ctx.now().getTime()
  for (const row of await overdueRestores(ctx, now, atOnce)) {
    const system = actingFor(ctx, row.organizationId, { kind: 'system', id: 'artifacts' })
    const detail = 'Nothing was heard of it for a day.'
    if (row.state === 'started') await ended(system, row, { state: 'failed', applied: 0, detail })
    else
      await moveRestoreStatement(system, row.id, ['waiting', 'approved'], {
        state: 'lapsed',
        endedAt: now,
        deadline: null,
      })
  }
}
