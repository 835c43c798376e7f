import type { z } from 'zod'
import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { CronPatch } from '../../connectors/link/changes/contract.ts'
import type { JobVersion } from '../contract.ts'
import type { ChangeRow } from '../schema.ts'
import { commandOf, handedOver } from './hand-over.ts'
import { sealWanted, wantedOf } from './sealed.ts'
import { changeById, hasRoom, insertChangeWhere, moveStatement, openChangesOfJob } from './store.ts'

/** A person looks at it again within a week, or it was not that important. */
const goodForMs = 7 * 86_400_000
/** Running now means now. */
const runGoodForMs = 120_000
const waitMs = 25_000
const attemptsMax = 4

export interface Order {
  kind: ChangeRow['kind']
  connectorId: string
  agentId: string | null
  /** Of an addition: how its gateway calls the agent. */
  agent: string | null
  job: { id: string; externalId: string; revision: string | null; version: JobVersion } | null
  jobName: string
  patch: z.infer<typeof CronPatch>
  /** Its connector and gateway are there. */
  isReachable: boolean
}

/**
 * Orders a change and answers its id. The commit of its row is the point from which it is ordered: with the gateway there
 * it is handed over and waited for, else it waits. A further change of a job whose change still waits becomes a part of
 * that one, later values before earlier ones; behind one that is under way it waits. Throws `conflict` when one of both
 * is a conflict that nobody has answered, or removes the job.
 */
export const orderCronChange = async (ctx: OrganizationContext, order: Order): Promise<string> => {
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const id = (await mergedInto(ctx, order)) ?? (await inserted(ctx, order))
    if (id === null) continue
    if (order.isReachable) await attemptNow(ctx, order.connectorId, id)
    await drainSoon(ctx, ctx.organizationId)
    return id
  }
  throw new AppError('conflict', 'Others change this job right now; try again.')
}

const mergedInto = async (ctx: OrganizationContext, order: Order): Promise<string | null> => {
  if (order.job === null || order.kind === 'run') return null
  const open = await openChangesOfJob(ctx, order.job.id)
  const conflict = open.find(({ state }) => state === 'conflict')
  if (conflict)
    throw new AppError('conflict', 'A change of this job does not fit any more; answer that first.', {
      context: { because: 'conflict', changeId: conflict.id },
    })
  const removal = open.find(({ kind }) => kind === 'remove')
  if (removal && order.kind !== 'remove')
    throw new AppError('conflict', 'This job is to be removed; cancel that first.', {
      context: { because: 'to_be_removed', changeId: removal.id },
    })
  const waiting = open.find(({ state }) => state === 'waiting')
  if (!waiting) return null
  const { patch, before } = wantedOf(ctx, waiting)
  const together = { patch: { ...patch, ...order.patch }, before }
  const merged = {
    kind: order.kind,
    sealed: sealWanted(ctx, waiting.id, together),
    merged: waiting.merged + 1,
    orderedById: ctx.actor.id,
    orderedByName: ctx.actorName,
  }
  const [moved] = await ctx.db.batch([
    moveStatement(ctx, waiting.id, ['waiting'], merged, waiting.version),
    orderedStatement(ctx, { ...waiting, kind: order.kind }, true),
  ])
  return moved.meta.changes > 0 ? waiting.id : null
}

const inserted = async (ctx: OrganizationContext, order: Order): Promise<string | null> => {
  const id = ctx.newId('cch')
  const now = ctx.now().getTime()
  const { kind, job } = order
  const row: ChangeRow = {
    id,
    organizationId: ctx.organizationId,
    connectorId: order.connectorId,
    agentId: order.agentId,
    agent: order.agent,
    jobId: job?.id ?? null,
    externalId: job?.externalId ?? null,
    jobName: order.jobName,
    kind,
    state: 'waiting',
    sealed: sealWanted(ctx, id, { patch: order.patch, before: job?.version ?? null }),
    baseRevision: job?.revision ?? null,
    merged: 0,
    version: 1,
    orderedById: ctx.actor.id,
    orderedByName: ctx.actorName,
    orderedAt: now,
    expiresAt: now + (kind === 'run' ? runGoodForMs : goodForMs),
    endedAt: null,
    failure: null,
    detail: null,
    reference: null,
  }
  const room = hasRoom(kind === 'run' ? null : row.jobId, ['waiting', 'conflict'])
  const [added] = await ctx.db.batch([insertChangeWhere(ctx, row, room), orderedStatement(ctx, row, false)])
  return added.meta.changes > 0 ? id : null
}

/** For the batch that orders a change, directly behind it. */
export const orderedStatement = (ctx: OrganizationContext, row: ChangeRow, isMerged: boolean) =>
  auditStatement(
    ctx,
    'cron.change-ordered',
    { changeId: row.id, kind: row.kind, jobId: row.jobId, name: row.jobName, isMerged },
    { target: row.jobId ?? row.id, agentId: row.agentId, connectorId: row.connectorId, risk: 'medium' },
  )

/** Hands it over and waits a while, if nothing of the same job stands before it. A crash leaves it for the next minute. */
export const attemptNow = async (ctx: OrganizationContext, connectorId: string, id: string): Promise<void> => {
  try {
    const row = await changeById(ctx, id)
    if (row?.state !== 'waiting') return
    const before = row.jobId === null || row.kind === 'run' ? [] : await openChangesOfJob(ctx, row.jobId)
    if (before.some((other) => other.id !== id) || !(await handedOver(ctx, row))) return
    await connectorSession(ctx.env, connectorId).carryOut(commandOf(ctx, row), waitMs)
  } catch (error) {
    logFault('cron.change-not-handed-over', error, { changeId: id })
  }
}
