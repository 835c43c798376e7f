import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { PageQuery } from '../../../platform/contract.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import { getAgent } from '../store.ts'
import type { AgentChange } from './contract.ts'
import { getChange, listChangeRows } from './store.ts'
import { viewChange } from './view.ts'

export const listChanges = async (ctx: OrganizationContext, agentId: string, { limit, cursor }: PageQuery) => {
  await getAgent(ctx, agentId)
  const rows = await listChangeRows(ctx, agentId, limit + 1, fromCursor(z.string(), cursor))
  const page = pageOf(rows, limit, (row) => row.id)
  return { ...page, items: page.items.map(viewChange) }
}

export const showChange = async (ctx: OrganizationContext, agentId: string, id: string): Promise<AgentChange> =>
  viewChange(await getChange(ctx, agentId, id))
