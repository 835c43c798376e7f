import { connectorSession } from '../../../../durable-objects/connector-session/stub.ts'
import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { logFault } from '../../../platform/log.ts'
import { iso } from '../../../platform/time.ts'
import { readyConnector } from '../backups/order.ts'
import type { ArtifactDrillRow } from '../schema.ts'
import { getArtifact } from '../store.ts'
import { drillAnswered } from './answered.ts'
import type { ArtifactDrill } from './contract.ts'
import {
  drillHandedOverStatement,
  drillsNotHandedOver,
  getDrill,
  insertDrillStatement,
  openDrill,
  overdueDrills,
} from './store.ts'
import { viewDrill } from './view.ts'

const goodForMs = 3_600_000
const graceMs = 60_000
const atOnce = 100

/**
 * Has the connector that an artifact is from open it with the passphrase that it was started with, and hold every entry
 * against the manifest. While one is under way, that one is answered. Throws as `orderBackup` does, and `conflict` when
 * nothing is stored.
 */
export const orderDrill = async (ctx: OrganizationContext, artifactId: string): Promise<ArtifactDrill> => {
  const { state, connectorId } = await getArtifact(ctx, artifactId)
  if (state !== 'stored') throw new AppError('conflict', 'Only what is stored can be opened.', { context: { state } })
  await readyConnector(ctx, connectorId)
  const open = await openDrill(ctx, artifactId)
  return open ? viewDrill(open) : viewDrill(await getDrill(ctx, await insertDrill(ctx, artifactId)))
}

/** Writes the drill down and gives it to the connector's session. Answers its id. */
export const insertDrill = async (ctx: OrganizationContext, artifactId: string): Promise<string> => {
  const { connectorId } = await getArtifact(ctx, artifactId)
  const now = ctx.now().getTime()
  const id = ctx.newId('prv')
  const row = {
    id,
    organizationId: ctx.organizationId,
    artifactId,
    connectorId,
    state: 'ordered',
    orderedById: ctx.actor.id,
    orderedByName: ctx.actorName,
    orderedAt: now,
    deadline: now + goodForMs,
  } as const
  await insertDrillStatement(ctx, row)
  await handOverDrill(ctx, row)
  return id
}

const handOverDrill = async (
  ctx: OrganizationContext,
  { id, artifactId, connectorId, deadline }: Pick<ArtifactDrillRow, 'id' | 'artifactId' | 'connectorId' | 'deadline'>,
): Promise<void> => {
  try {
    await connectorSession(ctx.env, connectorId).enqueue({
      id,
      command: 'backup.prove',
      params: { artifactId },
      deadline: iso(deadline),
    })
    await drillHandedOverStatement(ctx, id, ctx.now().getTime())
  } catch (error) {
    logFault('artifacts.drill-not-handed-over', error, { drillId: id })
  }
}

/** Cron: drills that no session has yet, and those that no session holds any more. */
export const tendDrills = async (ctx: RequestContext): Promise<void> => {
  const systemOf = (organizationId: string) => actingFor(ctx, organizationId, { kind: 'system', id: 'artifacts' })
  for (const row of await drillsNotHandedOver(ctx, atOnce)) await handOverDrill(systemOf(row.organizationId), row)
  for (const { id, organizationId } of await overdueDrills(ctx, ctx.now().getTime() - graceMs, atOnce))
    await drillAnswered(systemOf(organizationId), id, { ok: false, failure: 'expired' })
}
