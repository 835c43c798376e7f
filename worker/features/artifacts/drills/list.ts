import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import type { ArtifactDrill, ListArtifactDrills } from './contract.ts'
import { getDrill, listDrillRows } from './store.ts'
import { viewDrill } from './view.ts'

export const listDrills = async (ctx: OrganizationContext, query: ListArtifactDrills) => {
  const rows = await listDrillRows(ctx, query, fromCursor(z.string(), query.cursor))
  const page = pageOf(rows, query.limit, (row) => row.id)
  return { ...page, items: page.items.map(viewDrill) }
}

export const showDrill = async (ctx: OrganizationContext, id: string): Promise<ArtifactDrill> =>
  viewDrill(await getDrill(ctx, id))
