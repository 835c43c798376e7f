import { z } from 'zod'
import type { ChangeDone, GatewayChange } from '../../../worker/features/connectors/link/changes/contract.ts'
import { GatewayRequestFailed } from '../refusal.ts'
import type { GatewaySession } from '../session.ts'
import { holds } from './change-configuration.ts'
import { isManaged, JobRow, ownDeclaration } from './cron.ts'
import { Managed, NotThere, Stale } from './refused.ts'
import type { RunBook } from './run-book.ts'

type CronChange = Extract<GatewayChange, { change: `cron.${string}` }>
type Of<C extends CronChange['change']> = Extract<CronChange, { change: C }>

const nothingKnown = { before: null, after: null, reference: null, jobId: null }

/** Adding is declared under the command's id, so that adding twice adds once. */
export async function addJob(session: GatewaySession, id: string, { agent, job }: Of<'cron.add'>): Promise<ChangeDone> {
  const params = {
    declarationKey: `${ownDeclaration}${id}`,
    name: job.name,
    enabled: job.isEnabled,
    schedule: job.schedule,
    sessionTarget: 'isolated',
    payload: { kind: 'agentTurn', message: job.message },
    agentId: agent,
    delivery: { mode: 'none' },
  }
  const Added = z.object({ created: z.boolean(), job: JobRow })
  const added = await session.call('cron.add', params, Added, 60_000)
  return {
    ...nothingKnown,
    wasAlready: !added.created,
    reference: added.job.configRevision ?? null,
    jobId: added.job.id,
  }
}

export async function updateJob(
  session: GatewaySession,
  { jobId, patch, expectedRevision }: Of<'cron.update'>,
): Promise<ChangeDone> {
  const before = await ourJob(session, jobId)
  if (!before) throw new NotThere('The gateway has no such job any more.')
  const { message, isEnabled, ...same } = patch
  const wanted = {
    ...same,
    ...(isEnabled === undefined ? {} : { enabled: isEnabled }),
    ...(message === undefined ? {} : { payload: { kind: 'agentTurn', message } }),
  }
  const done = { ...nothingKnown, jobId }
  if (holds(before, wanted)) return { ...done, wasAlready: true, reference: before.configRevision ?? null }
  if (before.configRevision !== expectedRevision) throw new Stale('The job was changed since it was read.')
  try {
    const params = { id: jobId, patch: wanted, expectedConfigRevision: expectedRevision }
    const after = await session.call('cron.update', params, JobRow, 60_000)
    return { ...done, wasAlready: false, reference: after.configRevision ?? null }
  } catch (error) {
    if (error instanceof GatewayRequestFailed && error.reason === 'CRON_JOB_CHANGED')
      throw new Stale('The job was changed since it was read.')
    throw error
  }
}

export async function removeJob(
  session: GatewaySession,
  { jobId, expectedRevision }: Of<'cron.remove'>,
): Promise<ChangeDone> {
  const before = await ourJob(session, jobId)
  if (before && expectedRevision !== null && before.configRevision !== expectedRevision)
    throw new Stale('The job was changed since it was read.')
  if (before) await session.call('cron.remove', { id: jobId }, z.object({ ok: z.literal(true) }), 60_000)
  return { ...nothingKnown, wasAlready: before === null, jobId }
}

/** Nothing at the gateway tells one order to run from another, so the book on disk does. */
export async function runJob(
  session: GatewaySession,
  book: RunBook,
  id: string,
  { jobId }: Of<'cron.run'>,
): Promise<ChangeDone> {
  const Enqueued = z.object({ runId: z.string().max(300) })
  const { runId, wasAlready } = await book.once(
    id,
    async () => (await session.call('cron.run', { id: jobId, mode: 'force' }, Enqueued, 60_000)).runId,
  )
  return { ...nothingKnown, wasAlready, reference: runId, jobId }
}

/** Null when it is gone. What the gateway declared itself is left alone. */
async function ourJob(session: GatewaySession, id: string): Promise<JobRow | null> {
  try {
    const job = await session.call('cron.get', { id }, JobRow, 60_000)
    if (isManaged(job)) throw new Managed('The gateway keeps this job itself.')
    return job
  } catch (error) {
    if (error instanceof GatewayRequestFailed && error.reason === 'CRON_JOB_NOT_FOUND') return null
    throw error
  }
}
