import { z } from 'zod'
import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { logFault } from '../../../platform/log.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import { iso } from '../../../platform/time.ts'
import type { ListAllRuns, ListRuns, RunPage, RunView } from '../contract.ts'
import { type DescribedJob, getJob } from '../jobs/store.ts'
import { keepRuns } from './ran.ts'
import { type DescribedRun, listRunRows } from './store.ts'

/** `offset`: how many of the gateway's own runs were asked for already. */
const Beyond = z.object({ at: z.number(), connectorId: z.string(), externalId: z.string(), offset: z.number().int() })
const liveMax = 100

/**
 * The runs of a job, the newest first: what was told, and what its gateway still knows beside that, which is kept from
 * then on. So history stays when the gateway is away or has forgotten it.
 */
export const listRunsOfJob = async (
  ctx: OrganizationContext,
  id: string,
  { limit, cursor, ...filter }: ListRuns,
): Promise<z.infer<typeof RunPage>> => {
  const job = await getJob(ctx, id)
  const beyond = fromCursor(Beyond, cursor)
  const offset = beyond?.offset ?? 0
  const isLive = await askForMore(ctx, job, offset, Math.min(limit + 1, liveMax))
  const ofJob = { ...filter, connectorId: job.connectorId, externalId: job.externalId }
  const rows = await listRunRows(ctx, ofJob, limit + 1, beyond)
  const next = (row: DescribedRun) => ({ ...keyOf(row), offset: offset + limit })
  const page = pageOf(rows, limit, next)
  return { ...page, items: page.items.map(viewRun), source: isLive ? 'live' : 'recorded' }
}

/** The runs of all jobs as they were told, the newest first. */
export const listAllRuns = async (
  ctx: OrganizationContext,
  { limit, cursor, ...filter }: ListAllRuns,
): Promise<z.infer<typeof RunPage>> => {
  const rows = await listRunRows(ctx, filter, limit + 1, fromCursor(Beyond, cursor))
  const page = pageOf(rows, limit, (row) => ({ ...keyOf(row), offset: 0 }))
  return { ...page, items: page.items.map(viewRun), source: 'recorded' }
}

/** A gateway that is away, slow, or does not know the job any more leaves what was told. */
const askForMore = async (
  ctx: OrganizationContext,
  job: DescribedJob,
  offset: number,
  limit: number,
): Promise<boolean> => {
  const { connectorId, agentId, name, externalId } = job
  if (job.connectorState !== 'online' || !job.gatewayConnected || job.state === 'gone') return false
  try {
    const question = { question: 'cron.runs', jobId: externalId, limit, offset } as const
    const asked = await connectorSession(ctx.env, connectorId).ask(question)
    if (!asked.ok || asked.answer.question !== 'cron.runs') return false
    await keepRuns(ctx, { connectorId, agentId, jobName: name }, asked.answer.runs)
    return true
  } catch (error) {
    logFault('cron.runs-not-asked', error, { jobId: job.id })
    return false
  }
}

const keyOf = ({ at, connectorId, externalId }: DescribedRun) => ({ at, connectorId, externalId })

const viewRun = ({ at, externalId: _, ...row }: DescribedRun): RunView => ({ ...row, at: iso(at) })
