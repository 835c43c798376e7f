import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import type { PageQuery } from '../../platform/contract.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import type { Connector } from './contract.ts'
import { countConnectors, getConnector, listConnectorRows } from './store.ts'
import { viewConnector } from './view.ts'

export const listConnectors = async (ctx: OrganizationContext, { limit, cursor }: PageQuery) => {
  const rows = await listConnectorRows(ctx, limit + 1, fromCursor(z.string(), cursor))
  const page = pageOf(rows, limit, (row) => row.id)
  return { ...page, items: page.items.map(viewConnector) }
}

export const showConnector = async (ctx: OrganizationContext, id: string): Promise<Connector> =>
  viewConnector(await getConnector(ctx, id))

/** How many connectors there are, how many are online, and which need a look. */
export const connectorsAtAGlance = async (ctx: OrganizationContext) => {
  const counts = await countConnectors(ctx)
  const { items } = await listConnectors(ctx, { limit: 200 })
  return {
    total: [...counts.values()].reduce((sum, each) => sum + each, 0),
    online: counts.get('online') ?? 0,
    attention: items
      .filter(({ state, gateway }) => state === 'offline' || (state === 'online' && !gateway.connected))
      .slice(0, 5),
  }
}
