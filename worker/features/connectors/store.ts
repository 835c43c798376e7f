import { and, count, desc, eq, getTableColumns, inArray, lt } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { notFound } from '../../platform/errors.ts'
import { agents } from '../agents/schema.ts'
import { type ConnectorRow, connectors } from './schema.ts'

const agentCount = (ctx: RequestContext) =>
  ctx.db.$count(agents, and(eq(agents.connectorId, connectors.id), eq(agents.state, 'active')))

const own = (ctx: OrganizationContext, id: string) =>
  and(eq(connectors.organizationId, ctx.organizationId), eq(connectors.id, id))

export const getConnector = async (ctx: OrganizationContext, id: string) => {
  const [row] = await ctx.db
    .select({ ...getTableColumns(connectors), agents: agentCount(ctx) })
    .from(connectors)
    .where(own(ctx, id))
  if (!row) throw notFound('Connector')
  return row
}
export type CountedConnector = Awaited<ReturnType<typeof getConnector>>

export const listConnectorRows = (ctx: OrganizationContext, limit: number, beyond: string | undefined) =>
  ctx.db
    .select({ ...getTableColumns(connectors), agents: agentCount(ctx) })
    .from(connectors)
    .where(
      and(
        eq(connectors.organizationId, ctx.organizationId),
        beyond === undefined ? undefined : lt(connectors.id, beyond),
      ),
    )
    .orderBy(desc(connectors.id))
    .limit(limit)

export const countConnectors = async (ctx: OrganizationContext) => {
  const rows = await ctx.db
    .select({ state: connectors.state, connectors: count() })
    .from(connectors)
    .where(eq(connectors.organizationId, ctx.organizationId))
    .groupBy(connectors.state)
  return new Map(rows.map((row) => [row.state, row.connectors]))
}

/** Before any organization is known: the token itself says which connector it belongs to. */
export const connectorOfAny = async (ctx: RequestContext, id: string): Promise<ConnectorRow | undefined> => {
  const [row] = await ctx.db.select().from(connectors).where(eq(connectors.id, id))
  return row
}

export const insertConnectorStatement = (ctx: OrganizationContext, row: typeof connectors.$inferInsert) =>
  ctx.db.insert(connectors).values({ ...row, organizationId: ctx.organizationId })

export const updateConnectorStatement = (
  ctx: OrganizationContext,
  id: string,
  change: Partial<typeof connectors.$inferInsert>,
) => ctx.db.update(connectors).set(change).where(own(ctx, id))

/** Changes it only from one of the given states, and only under the given token: telling it twice leaves one event. */
export const enterStateStatement = (
  ctx: OrganizationContext,
  id: string,
  from: readonly (typeof connectors.$inferSelect.state)[],
  change: Partial<typeof connectors.$inferInsert>,
  tokenDigest?: string,
) =>
  ctx.db
    .update(connectors)
    .set(change)
    .where(
      and(
        own(ctx, id),
        inArray(connectors.state, [...from]),
        tokenDigest === undefined ? undefined : eq(connectors.tokenDigest, tokenDigest),
      ),
    )

export const connectorStatement = (ctx: OrganizationContext, id: string) =>
  ctx.db.select().from(connectors).where(own(ctx, id))

export const deleteConnectorStatement = (ctx: OrganizationContext, id: string) =>
  ctx.db.delete(connectors).where(own(ctx, id))
