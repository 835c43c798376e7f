import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import type { ListGrants } from './contract.ts'
import { listGrantRows } from './store.ts'
import { viewGrant } from './view.ts'

export const listGrants = async (ctx: OrganizationContext, filter: ListGrants) => {
  const now = ctx.now().getTime()
  const rows = await listGrantRows(ctx, filter, now, filter.limit + 1, fromCursor(z.string(), filter.cursor))
  const page = pageOf(rows, filter.limit, (row) => row.id)
  return { ...page, items: page.items.map((row) => viewGrant(row, now)) }
}
