import { and, count, eq, isNotNull, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { Condition } from '../../../platform/db.ts'
import { agents } from '../../agents/schema.ts'
import { approvals } from '../../approvals/schema.ts'
import { connectors } from '../../connectors/schema.ts'
import { organizations } from '../../organizations/schema.ts'
import type { NamedScope } from './name.ts'

export const agentNames = async (ctx: OrganizationContext, id: string): Promise<string | null> => {
  const [row] = await ctx.db
    .select({ name: agents.name, displayName: agents.displayName })
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id), eq(agents.state, 'active')))
  return row ? (row.displayName ?? row.name) : null
}

export const connectorNames = async (ctx: OrganizationContext, id: string): Promise<string | null> => {
  const [row] = await ctx.db
    .select({ name: connectors.name })
    .from(connectors)
    .where(and(eq(connectors.organizationId, ctx.organizationId), eq(connectors.id, id)))
  return row?.name ?? null
}

export const organizationName = async (ctx: OrganizationContext): Promise<string> => {
  const [row] = await ctx.db
    .select({ name: organizations.name })
    .from(organizations)
    .where(eq(organizations.id, ctx.organizationId))
  return row?.name ?? ''
}

export const groupSize = async (ctx: OrganizationContext, group: string): Promise<number> => {
  const [row] = await ctx.db
    .select({ agents: count() })
    .from(agents)
    .where(inScope(ctx, { kind: 'group', ref: group }))
  return row?.agents ?? 0
}

const inScope = (ctx: OrganizationContext, { kind, ref }: Pick<NamedScope, 'kind' | 'ref'>): Condition | undefined => {
  const of = { agent: agents.id, group: agents.resourceGroup, connector: agents.connectorId }
  return and(
    eq(agents.organizationId, ctx.organizationId),
    eq(agents.state, 'active'),
    kind === 'organization' ? undefined : eq(of[kind], ref ?? ''),
  )
}

/** For each connector with agents of the scope: how many there are and what they do, as far as was reported. */
export const connectorsInScope = (ctx: OrganizationContext, scope: NamedScope) =>
  ctx.db
    .select({
      connectorId: agents.connectorId,
      agents: count(),
      stopped: sql<number>`sum(${agents.stopOrderId} is not null)`,
      openRuns: sql<number>`sum(${agents.openRuns})`,
      // Written out: columns of a select from one table lose their table's name, and `id` would be the approval's own.
      pendingApprovals: sql<number>`sum((select count(*) from ${approvals} a where a.agent_id = agents.id
        and a.state = 'pending'))`,
    })
    .from(agents)
    .where(inScope(ctx, scope))
    .groupBy(agents.connectorId)

/** The gateway's ids of a connector's agents within the scope. */
export const agentsInScope = async (ctx: OrganizationContext, scope: NamedScope, connectorId: string) => {
  const rows = await ctx.db
    .select({ externalId: agents.externalId })
    .from(agents)
    .where(and(inScope(ctx, scope), eq(agents.connectorId, connectorId)))
    .limit(2_000)
  return rows.map(({ externalId }) => externalId)
}

/** Connectors of the organization, or the one of the scope, whether or not an agent of theirs is known. */
export const connectorRows = (ctx: OrganizationContext, connectorId: string | null = null) =>
  ctx.db
    .select({
      id: connectors.id,
      name: connectors.name,
      state: connectors.state,
      groups: connectors.groups,
      gatewayConnected: connectors.gatewayConnected,
    })
    .from(connectors)
    .where(
      and(
        eq(connectors.organizationId, ctx.organizationId),
        connectorId === null ? undefined : eq(connectors.id, connectorId),
      ),
    )
    .orderBy(connectors.name, connectors.id)

/** How many agents of each connector are held by an order. */
export const stoppedByConnector = async (ctx: OrganizationContext): Promise<Map<string, number>> => {
  const rows = await ctx.db
    .select({ connectorId: agents.connectorId, agents: count() })
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), isNotNull(agents.stopOrderId)))
    .groupBy(agents.connectorId)
  return new Map(rows.map((row) => [row.connectorId, row.agents]))
}
