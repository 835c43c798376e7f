import { and, desc, eq, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { type Condition, insertWhere, landed } from '../../platform/db.ts'
import { agents } from '../agents/schema.ts'
import { connectors } from '../connectors/schema.ts'
import type { HealthCause, HealthCauseName, HealthState } from './contract.ts'
import { type HealthChangeRow, healthChanges } from './schema.ts'

const isOffline = sql`(${or(
  ne(agents.state, 'active'),
  sql`${connectors.state} is null`,
  ne(connectors.state, 'online'),
  eq(connectors.health, 'offline'),
)})`

/**
 * Since when the first of the budgets that cover an agent, by what the registry says of it now, is at or over its warning;
 * null while none is. For a query over `agents`.
 */
export const nearLimitSince = sql<number | null>`(select min(l.since) from budget_alerts l
  join budgets b on b.id = l.budget_id
  where l.organization_id = agents.organization_id and l.state <> 'ok' and l.until > unixepoch('subsec') * 1000
    and (b.scope_kind = 'organization' or (b.scope_kind = 'agent' and b.scope_ref = agents.id)
      or (b.scope_kind = 'group' and b.scope_ref = agents.resource_group)
      or (b.scope_kind = 'model' and b.scope_ref = agents.model)))`

/** What `agentStanding` says, as SQL, for a query that joins `agents` with their `connectors`: healthy, degraded or offline. */
export const healthColumn: SQL<HealthState> = sql<HealthState>`case when ${isOffline} then 'offline' when ${agents.health} = 'degraded' or ${connectors.health} = 'degraded' or ${nearLimitSince} is not null then 'degraded' else 'healthy' end`

export const hasHealth = (state: HealthState): Condition => and(sql`${healthColumn} = ${state}`) ?? sql`true`

export interface Judged {
  state: HealthState
  causes: HealthCause[]
  isFlapping: boolean
}

const differs = (table: typeof agents | typeof connectors, { state, causes, isFlapping }: Judged): Condition =>
  sql`(${table.health} <> ${state} or ${table.healthCauses} <> ${namesIn(causes)} or ${table.isFlapping} <> ${isFlapping ? 1 : 0})`

const namesIn = (causes: readonly HealthCause[]): string => JSON.stringify(causes.map(({ cause }) => cause))

const shown = (table: typeof agents | typeof connectors, { state, causes, isFlapping }: Judged, at: number) => ({
  health: state,
  healthCauses: causes.map(({ cause }) => cause),
  healthSince: sql<number>`case when ${table.health} = ${state} then ${table.healthSince} else ${at} end`,
  isFlapping,
})

/** Shows what was judged; changes no row when that is shown already. */
export const showConnectorStatement = (ctx: OrganizationContext, id: string, judged: Judged, at: number) =>
  ctx.db
    .update(connectors)
    .set(shown(connectors, judged, at))
    .where(and(eq(connectors.organizationId, ctx.organizationId), eq(connectors.id, id), differs(connectors, judged)))

/** The same of an agent. */
export const showAgentStatement = (ctx: OrganizationContext, id: string, judged: Judged, at: number) =>
  ctx.db
    .update(agents)
    .set(shown(agents, judged, at))
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id), differs(agents, judged)))

/** A line of history, for the batch of the change: only if the statement before changed a row. */
export const changeStatement = (ctx: OrganizationContext, row: HealthChangeRow) =>
  insertWhere(ctx.db, healthChanges, { ...row, organizationId: ctx.organizationId }, landed)

export const agentsByExternalId = async (ctx: OrganizationContext, connectorId: string, externalIds: string[]) => {
  const rows = await ctx.db
    .select({ id: agents.id, externalId: agents.externalId })
    .from(agents)
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.connectorId, connectorId),
        sql`${agents.externalId} in (select value from json_each(${JSON.stringify(externalIds)}))`,
      ),
    )
  return new Map(rows.map(({ externalId, id }) => [externalId, id]))
}

/** Whose history: an agent's own, or with null the connector's. */
export interface Subject {
  connectorId: string
  agentId: string | null
}

/** Its changes before a moment, the newest first. */
export const listChanges = (
  ctx: OrganizationContext,
  { connectorId, agentId }: Subject,
  before: { at: number; id: string } | undefined,
  limit: number,
) =>
  ctx.db
    .select()
    .from(healthChanges)
    .where(
      and(
        eq(healthChanges.organizationId, ctx.organizationId),
        eq(healthChanges.connectorId, connectorId),
        agentId === null ? isNull(healthChanges.agentId) : eq(healthChanges.agentId, agentId),
        before &&
          or(lt(healthChanges.at, before.at), and(eq(healthChanges.at, before.at), lt(healthChanges.id, before.id))),
      ),
    )
    .orderBy(desc(healthChanges.at), desc(healthChanges.id))
    .limit(limit)

/** How many active agents have which health. */
export const countByHealth = async (ctx: OrganizationContext): Promise<Map<HealthState, number>> => {
  const rows = await ctx.db
    .select({ health: healthColumn, agents: sql<number>`count(*)` })
    .from(agents)
    .leftJoin(connectors, eq(connectors.id, agents.connectorId))
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.state, 'active')))
    .groupBy(healthColumn)
  return new Map(rows.map(({ health, agents: count }) => [health, count]))
}

/** Active agents that are degraded, the newest trouble first. */
export const degradedAgents = (ctx: OrganizationContext, limit: number) =>
  ctx.db
    .select({ agent: agents, connector: connectors, nearLimitSince })
    .from(agents)
    .innerJoin(connectors, eq(connectors.id, agents.connectorId))
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.state, 'active'), hasHealth('degraded')))
    .orderBy(
      sql`max(coalesce(${agents.healthSince}, 0), coalesce(${connectors.healthSince}, 0), coalesce(${nearLimitSince}, 0)) desc`,
      desc(agents.id),
    )
    .limit(limit)

/** Which causes make how many of the degraded agents so, their own or their connector's. */
export const countCauses = async (ctx: OrganizationContext): Promise<{ cause: HealthCauseName; agents: number }[]> =>
  ctx.db
    .select({ cause: sql<HealthCauseName>`cause.value`, agents: sql<number>`count(*)` })
    .from(agents)
    .innerJoin(connectors, eq(connectors.id, agents.connectorId))
    .innerJoin(
      sql`json_each('[' || trim(trim(${agents.healthCauses}, '[]') || ',' || trim(${connectors.healthCauses}, '[]') || iif(${nearLimitSince} is null, '', ',"budget"'), ',') || ']') as cause`,
      sql`true`,
    )
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.state, 'active'), hasHealth('degraded')))
    .groupBy(sql`cause.value`)
    .orderBy(sql`count(*) desc`, sql`cause.value`)

export const deleteChangesBefore = (ctx: RequestContext, at: number) =>
  ctx.db.delete(healthChanges).where(lt(healthChanges.at, at))
