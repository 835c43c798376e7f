import type { QueuedCommand } from '../../../../durable-objects/connector-session/rpc.ts'
import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { logFault } from '../../../platform/log.ts'
import { iso } from '../../../platform/time.ts'
import { CronDefinition, type GatewayChange } from '../../connectors/link/changes/contract.ts'
import { connectorOf } from '../jobs/store.ts'
import type { ChangeRow } from '../schema.ts'
import { wantedOf } from './sealed.ts'
import { connectorsWithWaiting, moveStatement, openChangesOfConnector } from './store.ts'

/**
 * What a connector is to be told now, as commands under the changes' own ids: for each job the first of its open changes,
 * unless that is a conflict. A change that waited is under way from this commit on; one that is under way already is
 * named again, unless only those that wait are asked for; the session and the connector each find it to be the same.
 */
export const changesDue = async (
  ctx: OrganizationContext,
  connectorId: string,
  which: 'all' | 'waiting' = 'all',
): Promise<QueuedCommand[]> => {
  const now = ctx.now().getTime()
  const standing = new Set<string>()
  const due: QueuedCommand[] = []
  for (const row of await openChangesOfConnector(ctx, connectorId)) {
    const isBehind = row.kind !== 'run' && row.jobId !== null && standing.has(row.jobId)
    if (row.jobId !== null && row.kind !== 'run') standing.add(row.jobId)
    if (isBehind || row.state === 'conflict' || row.expiresAt <= now) continue
    const isDue = row.state === 'sent' ? which === 'all' : await handedOver(ctx, row)
    if (isDue) due.push(commandOf(ctx, row))
  }
  return due
}

/** False when somebody cancelled or changed it, or handed it over, at the same time. */
export const handedOver = async (ctx: OrganizationContext, row: ChangeRow): Promise<boolean> => {
  const moved = await moveStatement(ctx, row.id, ['waiting'], { state: 'sent' }, row.version)
  return moved.meta.changes > 0
}

export const commandOf = (ctx: OrganizationContext, row: ChangeRow): QueuedCommand => ({
  id: row.id,
  command: 'gateway.change',
  params: paramsOf(ctx, row),
  deadline: iso(row.expiresAt),
})

const paramsOf = (ctx: OrganizationContext, row: ChangeRow): GatewayChange => {
  const jobId = row.externalId ?? ''
  if (row.kind === 'run') return { change: 'cron.run', jobId }
  if (row.kind === 'remove') return { change: 'cron.remove', jobId, expectedRevision: row.baseRevision }
  const { patch } = wantedOf(ctx, row)
  if (row.kind === 'add') return { change: 'cron.add', agent: row.agent ?? '', job: CronDefinition.parse(patch) }
  return { change: 'cron.update', jobId, patch, expectedRevision: row.baseRevision ?? '' }
}

/**
 * Hands over what is due, if the gateway is there: what is handed over can not be taken back any more. Whatever goes wrong
 * is made good by the next hello, or the next minute.
 */
export const handOver = async (ctx: OrganizationContext, connectorId: string): Promise<void> => {
  try {
    const connector = await connectorOf(ctx, connectorId)
    if (connector?.state !== 'online' || !connector.gatewayConnected) return
    for (const command of await changesDue(ctx, connectorId, 'waiting'))
      await connectorSession(ctx.env, connectorId).enqueue(command)
  } catch (error) {
    logFault('cron.change-not-handed-over', error, { connectorId })
  }
}

const connectorsAtOnce = 100

/** Cron: what waits although its gateway is there, as after a crash between commit and handing over. */
export const handOverWaiting = async (ctx: RequestContext): Promise<void> => {
  for (const { connectorId, organizationId } of await connectorsWithWaiting(ctx, connectorsAtOnce))
    await handOver(actingFor(ctx, organizationId, { kind: 'system', id: 'cron' }), connectorId)
}
