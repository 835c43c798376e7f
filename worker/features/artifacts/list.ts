import { z } from 'zod'
import { PackageHeader, PackageManifest } from '../../../cbpkg/contract.ts'
import type { OrganizationContext } from '../../platform/context.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import type { ArtifactDetail, ListArtifacts } from './contract.ts'
import { getArtifact, listArtifactRows, manifestOf } from './store.ts'
import { viewArtifact } from './view.ts'

export const listArtifacts = async (ctx: OrganizationContext, query: ListArtifacts) => {
  const rows = await listArtifactRows(ctx, query, fromCursor(z.string(), query.cursor))
  const page = pageOf(rows, query.limit, (row) => row.id)
  return { ...page, items: page.items.map(viewArtifact) }
}

/** With what the package says of itself; both null as long as nobody has made it. */
export const showArtifact = async (ctx: OrganizationContext, id: string): Promise<ArtifactDetail> => {
  const row = await getArtifact(ctx, id)
  const kept = await manifestOf(ctx, id)
  return {
    ...viewArtifact(row),
    header: kept ? PackageHeader.parse(JSON.parse(kept.header)) : null,
    manifest: kept ? PackageManifest.parse(JSON.parse(kept.manifest)) : null,
  }
}
