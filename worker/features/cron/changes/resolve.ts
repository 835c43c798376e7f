import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { CronDefinition } from '../../connectors/link/changes/contract.ts'
import type { CronChange, ResolveChange } from '../contract.ts'
import { reachOf } from '../jobs/reach.ts'
import type { ChangeRow } from '../schema.ts'
import { cancelCronChange } from './cancel.ts'
import { attemptNow, orderedStatement } from './order.ts'
import { mineOf, sealWanted, wantedOf } from './sealed.ts'
import {
  getChange,
  insertChangeWhere,
  isStillBehind,
  jobRowById,
  moveStatement,
  openChangesOfJob,
  wasAnsweredBy,
} from './store.ts'
import { showChange } from './view.ts'

const attemptsMax = 4

/**
 * Answers a conflict. `mine`: a new change, made to the job as it is now, takes its place; a job that is gone is added
 * anew. Throws `stale` when the job is not the one any more that was looked at, and `conflict` when somebody else
 * answered.
 */
export const resolveCronChange = async (
  ctx: OrganizationContext,
  id: string,
  resolve: ResolveChange,
): Promise<CronChange> => {
  if (resolve.answer === 'theirs') {
    conflicting(await getChange(ctx, id))
    return cancelCronChange(ctx, id)
  }
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const row = conflicting(await getChange(ctx, id))
    const successor = await successorOf(ctx, row, resolve.theirRevision)
    if (!(await replaced(ctx, row, successor))) continue
    const { isReachable } = await reachOf(ctx, row.connectorId)
    if (isReachable) await attemptNow(ctx, row.connectorId, successor.id)
    await drainSoon(ctx, ctx.organizationId)
    return showChange(ctx, successor.id)
  }
  throw new AppError('conflict', 'Others change this job right now; try again.')
}

const conflicting = (row: ChangeRow): ChangeRow => {
  if (row.state === 'conflict') return row
  throw new AppError('conflict', `The change is ${row.state}, not a conflict.`)
}

/** The first statement decides: while the conflict is open and nothing else waits behind it than was read. */
const replaced = async (ctx: OrganizationContext, row: ChangeRow, successor: ChangeRow): Promise<boolean> => {
  const followers = row.jobId === null ? [] : await openChangesOfJob(ctx, row.jobId)
  const waiting = followers.find(({ state }) => state === 'waiting')
  const end = { state: 'cancelled' as const, endedAt: ctx.now().getTime(), reference: successor.id }
  const [moved] = await ctx.db.batch([
    moveStatement(ctx, row.id, ['conflict'], end, row.version, isStillBehind(row.jobId, waiting)),
    auditStatement(
      ctx,
      'cron.change-resolved',
      { changeId: row.id, jobId: row.jobId, name: row.jobName, answer: 'mine', successorId: successor.id },
      { target: row.jobId ?? row.id, agentId: row.agentId, connectorId: row.connectorId, risk: 'medium' },
    ),
    ...takingOver(ctx, row, successor, waiting),
  ])
  return moved.meta.changes > 0
}

/** The change as it would be made to what is there now. */
const successorOf = async (ctx: OrganizationContext, row: ChangeRow, seen: string | null): Promise<ChangeRow> => {
  const job = row.jobId === null ? undefined : await jobRowById(ctx, row.jobId)
  const theirs = job?.state === 'present' ? job : undefined
  if ((theirs?.revision ?? null) !== seen)
    throw new AppError('stale', 'The job was changed again since you looked.', {
      context: { revision: theirs?.revision ?? null },
    })
  const id = ctx.newId('cch')
  const now = ctx.now().getTime()
  const wanted = wantedOf(ctx, row)
  const base = {
    ...row,
    id,
    version: 1,
    state: 'waiting' as const,
    orderedById: ctx.actor.id,
    orderedByName: ctx.actorName,
    orderedAt: now,
    expiresAt: now + (row.expiresAt - row.orderedAt),
    failure: null,
    detail: null,
    endedAt: null,
    reference: null,
  }
  if (theirs || row.kind === 'remove')
    return { ...base, baseRevision: theirs?.revision ?? null, sealed: sealWanted(ctx, id, wanted) }
  const definition = CronDefinition.safeParse(definitionOf(mineOf(row.kind, wanted)))
  if (!definition.success || row.agent === null)
    throw new AppError('conflict', 'The job is gone, and what is known of it is not enough to add it anew.')
  const sealed = sealWanted(ctx, id, { patch: definition.data, before: null })
  return { ...base, kind: 'add', jobId: null, externalId: null, baseRevision: null, sealed }
}

/** Its patch goes before one that already waits behind it, since a job has only one that waits. */
const takingOver = (ctx: OrganizationContext, row: ChangeRow, successor: ChangeRow, waiting: ChangeRow | undefined) => {
  const patch = waiting
    ? { ...wantedOf(ctx, successor).patch, ...wantedOf(ctx, waiting).patch }
    : wantedOf(ctx, successor).patch
  const kind = waiting?.kind === 'remove' && successor.kind !== 'add' ? 'remove' : successor.kind
  const { before } = wantedOf(ctx, successor)
  const together = { ...successor, kind, sealed: sealWanted(ctx, successor.id, { patch, before }) }
  const answered = wasAnsweredBy(row.id, successor.id)
  const insert = [insertChangeWhere(ctx, together, answered), orderedStatement(ctx, together, waiting !== undefined)]
  if (!waiting) return insert
  const end = { state: 'cancelled' as const, endedAt: ctx.now().getTime(), reference: successor.id }
  return [moveStatement(ctx, waiting.id, ['waiting'], end, waiting.version, answered), ...insert]
}

/** Without what the gateway adds to a schedule for itself. */
const definitionOf = (mine: ReturnType<typeof mineOf>) => {
  if (mine === null) return null
  const { kind, expr, tz, everyMs, at } = mine.schedule
  const schedule = Object.entries({ kind, expr, tz, everyMs, at }).filter(([, value]) => value !== undefined)
  return { ...mine, schedule: Object.fromEntries(schedule) }
}
