import type { OrganizationContext } from '../../../platform/context.ts'
import { commitAll } from '../../../platform/db.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { sentinel } from '../../connectors/link/questions/contract.ts'
import { type Order, orderCronChange } from '../changes/order.ts'
import { showChange } from '../changes/view.ts'
import type { ChangedJob, CreateJob, CronChange, PatchJob } from '../contract.ts'
import { refuseUnfitSchedule } from '../schedule/check.ts'
import { assessStatements } from './assess.ts'
import { setThresholdStatement } from './judging/store.ts'
import { showJob } from './list.ts'
import { reachOf } from './reach.ts'
import { agentOf, type DescribedJob, getJob } from './store.ts'
import { versionOf } from './view.ts'

/**
 * Every verb here orders one change at a gateway, or keeps it until that is there: see `orderCronChange`. They throw
 * `not_found`; `conflict` for jobs that their gateway keeps itself, that are gone, or whose connector takes no changes;
 * `stale` for a job that was changed since it was read; `invalid`; and what the gateway does not take.
 */
export const createJob = async (
  ctx: OrganizationContext,
  { agentId, ...definition }: CreateJob,
): Promise<ChangedJob> => {
  const agent = await agentOf(ctx, agentId)
  if (agent.state === 'removed') throw new AppError('conflict', 'The gateway has removed this agent.')
  refuseSentinel(definition.message)
  refuseUnfitSchedule(definition.schedule, ctx.now().getTime())
  const { connectorId } = agent
  return ordered(ctx, null, {
    kind: 'add',
    connectorId,
    agentId,
    agent: agent.externalId,
    job: null,
    jobName: definition.name,
    patch: definition,
    ...(await reachOf(ctx, connectorId)),
  })
}

export const patchJob = async (
  ctx: OrganizationContext,
  id: string,
  { failureThreshold, expectedRevision, ...patch }: PatchJob,
): Promise<ChangedJob> => {
  const job = await getJob(ctx, id)
  if (Object.keys(patch).length > 0) {
    refuseStale(job, expectedRevision)
    refuseSentinel(patch.message)
    refuseUnfitSchedule(patch.schedule, ctx.now().getTime())
    if (patch.message !== undefined && job.payloadKind !== 'agentTurn')
      throw new AppError('conflict', 'This job gives its agent no message.')
    refuseForeign(job)
  }
  if (failureThreshold !== undefined) await setThreshold(ctx, job, failureThreshold)
  if (Object.keys(patch).length === 0) return { job: await showJob(ctx, id), change: null }
  return ordered(ctx, id, await orderFor(ctx, job, { kind: 'update', patch }))
}

/** Made to the job as it is known here; a job that is so already is left alone, unless something else waits for it. */
export const enableJob = async (ctx: OrganizationContext, id: string, isEnabled: boolean): Promise<ChangedJob> => {
  const job = await getJob(ctx, id)
  refuseForeign(job)
  const view = await showJob(ctx, id)
  if (job.isEnabled === isEnabled && view.openChanges.length === 0) return { job: view, change: null }
  return ordered(ctx, id, await orderFor(ctx, job, { kind: 'update', patch: { isEnabled } }))
}

/** One that is gone already is done. */
export const removeJob = async (
  ctx: OrganizationContext,
  id: string,
  expectedRevision: string | undefined,
): Promise<ChangedJob> => {
  const job = await getJob(ctx, id)
  if (job.state === 'gone') return { job: await showJob(ctx, id), change: null }
  if (expectedRevision !== undefined) refuseStale(job, expectedRevision)
  refuseForeign(job)
  return ordered(ctx, id, await orderFor(ctx, job, { kind: 'remove', patch: {} }))
}

/** Once, now. Throws `unavailable` while the gateway is away: later it would be a surprise. */
export const runJob = async (ctx: OrganizationContext, id: string): Promise<ChangedJob> => {
  const job = await getJob(ctx, id)
  if (job.state === 'gone') throw new AppError('conflict', 'Its gateway has no such job any more.')
  const order = await orderFor(ctx, job, { kind: 'run', patch: {} })
  if (!order.isReachable)
    throw new AppError('unavailable', 'The gateway is away; a job can only be run while it is there.', {
      context: { because: job.connectorState === 'online' ? 'gateway_away' : 'connector_offline' },
    })
  return ordered(ctx, id, order)
}

const orderFor = async (
  ctx: OrganizationContext,
  job: DescribedJob,
  { kind, patch }: Pick<Order, 'kind' | 'patch'>,
): Promise<Order> => {
  const { id, externalId, revision, connectorId, agentId, name } = job
  const agent = agentId === null ? null : (await agentOf(ctx, agentId)).externalId
  const known = { id, externalId, revision, version: versionOf(ctx, job) }
  return { kind, connectorId, agentId, agent, job: known, jobName: name, patch, ...(await reachOf(ctx, connectorId)) }
}

const ordered = async (ctx: OrganizationContext, jobId: string | null, order: Order): Promise<ChangedJob> => {
  const change = await showChange(ctx, await orderCronChange(ctx, order))
  refuseFailed(change)
  return { job: jobId === null ? null : await showJob(ctx, jobId), change }
}

/** What the gateway refused at once is the caller's answer; a conflict is the change's own state, and stays. */
const refuseFailed = ({ id, state, failure, detail }: CronChange): void => {
  if (state !== 'failed') return
  const context = { changeId: id, because: failure }
  const code = failure === 'invalid' || failure === 'too_large' || failure === 'not_found' ? failure : 'conflict'
  throw new AppError(code, detail || 'The gateway did not take the change.', { context })
}

const refuseForeign = ({ state, isManaged }: DescribedJob): void => {
  if (state === 'gone') throw new AppError('conflict', 'Its gateway has no such job any more.')
  if (isManaged)
    throw new AppError('conflict', 'The gateway keeps this job itself; it is changed where it comes from.', {
      context: { because: 'managed' },
    })
}

const refuseStale = ({ revision }: DescribedJob, expected: string | undefined): void => {
  if (expected !== undefined && expected !== revision)
    throw new AppError('stale', 'The job was changed since it was read.', { context: { revision } })
}

const refuseSentinel = (message: string | undefined): void => {
  if (message?.includes(sentinel))
    throw new AppError('invalid', 'A redacted passage can not be written back.', {
      errors: [{ path: 'message', message: 'holds a redacted passage' }],
    })
}

const setThreshold = async (ctx: OrganizationContext, job: DescribedJob, failureThreshold: number | null) => {
  const { id, agentId, connectorId } = job
  await commitAll(ctx.db, [
    setThresholdStatement(ctx, id, failureThreshold),
    auditStatement(
      ctx,
      'cron.threshold-changed',
      { jobId: id, failureThreshold },
      { target: id, agentId, connectorId, risk: 'medium' },
    ),
    ...assessStatements(ctx, job, ctx.now().getTime()),
  ])
  await drainSoon(ctx, ctx.organizationId)
}
