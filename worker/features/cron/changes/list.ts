import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import type { ListCronChanges } from '../contract.ts'
import { listChangeRows } from './store.ts'
import { viewChanges } from './view.ts'

export const listCronChanges = async (ctx: OrganizationContext, { limit, cursor, ...filter }: ListCronChanges) => {
  const rows = await listChangeRows(ctx, filter, limit + 1, fromCursor(z.string(), cursor))
  const page = pageOf(rows, limit, ({ id }) => id)
  return { ...page, items: await viewChanges(ctx, page.items) }
}
