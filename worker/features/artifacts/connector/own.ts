import type { OrganizationContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import type { ArtifactRow } from '../schema.ts'
import { getArtifact } from '../store.ts'

/** For a connector that acts as itself: what is not of its own gateway does not exist. */
export const artifactOfConnector = async (ctx: OrganizationContext, id: string): Promise<ArtifactRow> => {
  const row = await getArtifact(ctx, id)
  if (row.connectorId !== ctx.actor.id) throw notFound('Artifact')
  return row
}
