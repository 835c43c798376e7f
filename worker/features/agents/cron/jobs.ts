import type { OrganizationContext } from '../../../platform/context.ts'
import type { GatewayChange } from '../../connectors/link/changes/contract.ts'
import type { AgentChange } from '../changes/contract.ts'
import { orderChange, settled } from '../changes/order.ts'
import { getAgent } from '../store.ts'

type CronChange = Extract<GatewayChange, { change: `cron.${string}` }>
const kinds = {
  'cron.add': 'cron_add',
  'cron.update': 'cron_update',
  'cron.remove': 'cron_remove',
  'cron.run': 'cron_run',
} as const

/**
 * Changes a job of an agent's gateway. Throws `stale` for a job that somebody changed since, `not_found`, `conflict` for
 * one that the gateway keeps itself, `invalid`, and `unavailable` while the gateway is away.
 */
export const changeJob = async (
  ctx: OrganizationContext,
  id: string,
  changeOf: (agent: string) => CronChange,
): Promise<AgentChange> => {
  const agent = await getAgent(ctx, id)
  const change = changeOf(agent.externalId)
  const touches = [change.change === 'cron.add' ? change.job.name : change.jobId]
  return settled(await orderChange(ctx, agent, { kind: kinds[change.change], change, touches }))
}
