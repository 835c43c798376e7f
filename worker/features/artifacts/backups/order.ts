import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { iso } from '../../../platform/time.ts'
import type { Artifact } from '../contract.ts'
import { reachOf, remedies } from '../rules.ts'
import type { ArtifactRow } from '../schema.ts'
import { connectorRow, notHandedOver } from '../store.ts'
import { viewArtifact } from '../view.ts'
import { handedOverStatement, openOrder, orderStatement } from './store.ts'

/** A large gateway behind a slow line takes its time. */
const goodForMs = 2 * 3_600_000
const atOnce = 100

/**
 * Has a connector save its gateway now, as a package that only its own passphrase opens. While one is being made, that one
 * is answered. Throws `conflict` where the connector was not started for it, `unavailable` while it or its gateway is away.
 */
export const orderBackup = async (ctx: OrganizationContext, connectorId: string): Promise<Artifact> => {
  const connector = await readyConnector(ctx, connectorId)
  const row = newOrder(ctx, connector, { scheduleId: null })
  const ordered = await orderStatement(ctx, row)
  if (ordered.meta.changes > 0) {
    await handOver(ctx, row)
    return viewArtifact(row)
  }
  const open = await openOrder(ctx, connectorId)
  if (!open) throw new AppError('conflict', 'Another backup ended just now. Order it again.')
  return viewArtifact(open)
}

/** The connector, when it can be told to make or open a backup now. */
export const readyConnector = async (ctx: OrganizationContext, connectorId: string) => {
  const connector = await connectorRow(ctx, connectorId)
  const reach = reachOf(connector)
  if (reach === 'ready') return connector
  const code = reach === 'no_group' ? 'conflict' : 'unavailable'
  throw new AppError(code, remedies[reach], { context: { because: reach } })
}

export const newOrder = (
  ctx: OrganizationContext,
  connector: { id: string; name: string },
  { scheduleId }: { scheduleId: string | null },
): ArtifactRow => {
  const now = ctx.now().getTime()
  return {
    id: ctx.newId('art'),
    organizationId: ctx.organizationId,
    connectorId: connector.id,
    connectorName: connector.name,
    state: 'ordered',
    cause: scheduleId === null ? 'ordered' : 'scheduled',
    scheduleId,
    packageId: null,
    intent: null,
    hasSecrets: null,
    madeAt: null,
    size: null,
    sha256: null,
    manifestHash: null,
    agents: null,
    entries: null,
    missing: null,
    createdById: ctx.actor.id,
    createdByName: ctx.actorName,
    createdAt: now,
    deadline: now + goodForMs,
    handedOverAt: null,
    storedAt: null,
    provenAt: null,
    failure: null,
    detail: null,
  }
}

/** Gives the order to the connector's session, which keeps it. Cut off here, the minute's cron does it. */
export const handOver = async (ctx: OrganizationContext, row: ArtifactRow): Promise<void> => {
  const { id, connectorId, deadline } = row
  try {
    await connectorSession(ctx.env, connectorId).enqueue({
      id,
      command: 'backup.make',
      params: { artifactId: id },
      deadline: iso(deadline),
    })
    await handedOverStatement(ctx, id, ctx.now().getTime())
  } catch (error) {
    logFault('backups.not-handed-over', error, { artifactId: id })
  }
}

/** Cron: orders that no session has yet. */
export const handOverBackups = async (ctx: RequestContext): Promise<void> => {
  for (const row of await notHandedOver(ctx, atOnce))
    await handOver(actingFor(ctx, row.organizationId, { kind: 'system', id: 'backups' }), row)
}
