import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import type { ListRestores, Restore } from './contract.ts'
import { getRestore, listRestoreRows } from './store.ts'
import { viewRestore } from './view.ts'

export const listRestores = async (ctx: OrganizationContext, query: ListRestores) => {
  const rows = await listRestoreRows(ctx, query, fromCursor(z.string(), query.cursor))
  const page = pageOf(rows, query.limit, (row) => row.id)
  return { ...page, items: page.items.map(viewRestore) }
}

export const showRestore = async (ctx: OrganizationContext, id: string): Promise<Restore> =>
  viewRestore(await getRestore(ctx, id))
