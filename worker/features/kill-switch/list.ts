import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import type { KillOrder, ListKilledAgents, ListOrders } from './contract.ts'
import { countsOf, listKilledRows } from './killed/store.ts'
import { getOrder, listOrderRows, takenBack } from './orders/store.ts'
import type { KillOrderRow } from './schema.ts'
import { targetsOf } from './targets/store.ts'
import { viewKilled, viewOrder } from './view.ts'

export const listOrders = async (ctx: OrganizationContext, filter: ListOrders) => {
  const rows = await listOrderRows(ctx, filter, fromCursor(z.string(), filter.cursor))
  const page = pageOf(rows, filter.limit, (row) => row.id)
  return { ...page, items: await viewed(ctx, page.items) }
}

export const showOrder = async (ctx: OrganizationContext, id: string): Promise<KillOrder> => {
  const row = await getOrder(ctx, id)
  const [targets, counts] = await Promise.all([targetsOf(ctx, [id]), countsOf(ctx, [id])])
  return viewOrder(row, targets, counts)
}

const viewed = async (ctx: OrganizationContext, rows: KillOrderRow[]): Promise<KillOrder[]> => {
  const ids = rows.map(({ id }) => id)
  const [targets, counts] = await Promise.all([targetsOf(ctx, ids), countsOf(ctx, ids)])
  return rows.map((row) => viewOrder(row, targets, counts))
}

const Beyond = z.object({ connectorId: z.string(), externalId: z.string() })

/** Agents under an order with the evidence of each step. */
export const listKilledAgents = async (ctx: OrganizationContext, orderId: string, query: ListKilledAgents) => {
  await getOrder(ctx, orderId)
  const { limit, connectorId, cursor } = query
  const rows = await listKilledRows(ctx, orderId, connectorId, limit + 1, fromCursor(Beyond, cursor))
  const page = pageOf(rows, limit, ({ killed }) => ({ connectorId: killed.connectorId, externalId: killed.externalId }))
  return { ...page, items: page.items.map(viewKilled) }
}

/** Which of these orders somebody has taken back. */
export const ordersTakenBack = async (ctx: OrganizationContext, ids: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(ids.length === 0 ? [] : await takenBack(ctx, ids))
