import type { OrganizationContext } from '../../platform/context.ts'
import type { ConnectorEvent } from '../connectors/link/events/contract.ts'
import { jobByExternalId } from './jobs/store.ts'
import { jobsListed, jobTold } from './jobs/told.ts'
import { keepRuns, linkTrace } from './runs/ran.ts'

/** What a connector told of its gateway's jobs and their runs. Told again, it changes nothing more; of others it is nothing. */
export const cronTold = async (
  ctx: OrganizationContext,
  connectorId: string,
  agentIds: ReadonlyMap<string, string>,
  event: ConnectorEvent,
): Promise<void> => {
  const at = Date.parse(event.at)
  if (event.type === 'gateway.jobs') await jobsListed(ctx, connectorId, agentIds, event.payload, at)
  else if (event.type === 'gateway.cron') await jobTold(ctx, connectorId, agentIds, event.payload, at)
  else if (event.type === 'run.started') await linkTrace(ctx, connectorId, event.payload)
  else if (event.type === 'cron.ran') {
    const { jobId, run, job, agent } = event.payload
    const known = await jobByExternalId(ctx, connectorId, jobId)
    const agentId = agent === null ? (known?.agentId ?? null) : (agentIds.get(agent) ?? null)
    const jobName = event.payload.name ?? known?.name ?? jobId
    await keepRuns(ctx, { connectorId, agentId, jobName }, [run])
    await jobTold(ctx, connectorId, agentIds, { jobId, action: 'finished', job }, at)
  }
}
