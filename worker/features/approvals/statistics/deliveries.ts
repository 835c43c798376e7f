import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import { iso } from '../../../platform/time.ts'
import type { Delivery, ListDeliveries } from './contract.ts'
import { deliveryRows } from './store.ts'

/** How each request went, newest first: when it was shown, decided, and in effect. */
export const listDeliveries = async (ctx: OrganizationContext, filter: ListDeliveries) => {
  const rows = await deliveryRows(ctx, filter, filter.limit + 1, fromCursor(z.string(), filter.cursor))
  const page = pageOf(rows, filter.limit, (row) => row.id)
  return {
    ...page,
    items: page.items.map(
      ({ id, seen, requestedAt, ...row }): Delivery => ({
        approvalId: id,
        ...row,
        agentName: seen.agent.name === '' ? null : seen.agent.name,
        requestedAt: iso(requestedAt),
      }),
    ),
  }
}
