import { and, desc, eq, getTableColumns, lt, or, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import type { Condition } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { approvals } from '../approvals/schema.ts'
import { connectors } from '../connectors/schema.ts'
import type { ListAgents } from './contract.ts'
import { agents } from './schema.ts'

/** Agents with what is known of them elsewhere: their connector and how many decisions they wait for. */
const described = (ctx: OrganizationContext) =>
  ctx.db
    .select({
      ...getTableColumns(agents),
      connectorName: sql<string>`coalesce(${connectors.name}, '')`,
      connectorState: connectors.state,
      pendingApprovals: ctx.db.$count(approvals, and(eq(approvals.agentId, agents.id), eq(approvals.state, 'pending'))),
    })
    .from(agents)
    .leftJoin(connectors, eq(connectors.id, agents.connectorId))

export type DescribedAgent = Awaited<ReturnType<typeof described>>[number]

export const getAgent = async (ctx: OrganizationContext, id: string): Promise<DescribedAgent> => {
  const [row] = await described(ctx).where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id)))
  if (!row) throw notFound('Agent')
  return row
}

export const listAgentRows = (
  ctx: OrganizationContext,
  filter: ListAgents,
  limit: number,
  beyond: string | undefined,
) => {
  const pattern = filter.query && `%${filter.query.replace(/[\\%_]/g, '\\$&')}%`
  return described(ctx)
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        filter.connectorId ? eq(agents.connectorId, filter.connectorId) : undefined,
        filter.state ? eq(agents.state, filter.state) : undefined,
        pattern
          ? or(sql`${agents.name} like ${pattern} escape '\\'`, sql`${agents.externalId} like ${pattern} escape '\\'`)
          : undefined,
        beyond === undefined ? undefined : lt(agents.id, beyond),
      ),
    )
    .orderBy(desc(agents.id))
    .limit(limit)
}

export const agentsOfConnector = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.connectorId, connectorId)))

export const insertAgentStatement = (ctx: OrganizationContext, row: typeof agents.$inferInsert) =>
  ctx.db
    .insert(agents)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

export const updateAgentStatement = (
  ctx: OrganizationContext,
  id: string,
  change: Partial<typeof agents.$inferInsert>,
) =>
  ctx.db
    .update(agents)
    .set(change)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id)))

/** Only from active, so that telling it twice leaves one event. */
export const removeAgentStatement = (ctx: OrganizationContext, id: string, now: number) =>
  ctx.db
    .update(agents)
    .set({ state: 'removed', openRuns: 0, lastSeenAt: now })
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id), eq(agents.state, 'active')))

/** All agents of the connector's newest roster. */
export const agentsSeenStatement = (ctx: OrganizationContext, connectorId: string, now: number) =>
  ctx.db.update(agents).set({ lastSeenAt: now }).where(activeOf(ctx, connectorId))

/** The absolute count; the newest activity stays the newest when an older one is told again. */
export const trackRunsStatement = (
  ctx: OrganizationContext,
  { agentId, openRuns, lastActiveAt }: { agentId: string; openRuns: number; lastActiveAt: number },
) =>
  ctx.db
    .update(agents)
    .set({ openRuns, lastActiveAt: sql`max(coalesce(${agents.lastActiveAt}, 0), ${lastActiveAt})` })
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, agentId)))

/** These of the organization's agents, as far as they are still active. */
export const agentsGoneStatement = (ctx: OrganizationContext, ids: string[], now: number) =>
  ctx.db
    .update(agents)
    .set({ state: 'removed', openRuns: 0, lastSeenAt: now })
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.state, 'active'),
        sql`${agents.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )

/** Holds while the agent of that id is active. */
export const isActive = (ctx: OrganizationContext, id: SQL): Condition =>
  sql`exists (select 1 from agents where agents.id = ${id} and organization_id = ${ctx.organizationId} and state = 'active')`

const activeOf = (ctx: OrganizationContext, connectorId: string) =>
  and(eq(agents.organizationId, ctx.organizationId), eq(agents.connectorId, connectorId), eq(agents.state, 'active'))
