import { and, eq, gte, lte, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { agents } from '../agents/schema.ts'
import { connectors } from '../connectors/schema.ts'
import { costDays } from './schema.ts'

export interface Days {
  from: string
  to: string
}
/** A page of sums goes on behind what cost so much and is called so. */
export interface BeyondSum {
  cost: number
  key: string
}

export type CostDay = Omit<typeof costDays.$inferSelect, 'organizationId'>

/** Whole rows; an older telling changes nothing. */
export const daysStatement = (ctx: RequestContext, organizationId: string, days: readonly CostDay[]) =>
  ctx.db
    .insert(costDays)
    .select(sql`
      select ${organizationId}, value ->> 'day', value ->> 'connectorId', value ->> 'agent', value ->> 'model',
        value ->> 'runs', value ->> 'unpricedRuns', value ->> 'inputTokens', value ->> 'outputTokens',
        value ->> 'costMicroUsd', value ->> 'revision' from json_each(${JSON.stringify(days)}) where true`)
    .onConflictDoUpdate({
      target: [costDays.organizationId, costDays.day, costDays.connectorId, costDays.agent, costDays.model],
      set: {
        runs: sql`excluded.runs`,
        unpricedRuns: sql`excluded.unpriced_runs`,
        inputTokens: sql`excluded.input_tokens`,
        outputTokens: sql`excluded.output_tokens`,
        costMicroUsd: sql`excluded.cost_micro_usd`,
        revision: sql`excluded.revision`,
      },
      setWhere: sql`excluded.revision > cost_days.revision`,
    })

const within = (ctx: OrganizationContext, { from, to }: Days) =>
  and(eq(costDays.organizationId, ctx.organizationId), gte(costDays.day, from), lte(costDays.day, to))

const sums = {
  runs: sql<number>`sum(${costDays.runs})`,
  unpricedRuns: sql<number>`sum(${costDays.unpricedRuns})`,
  inputTokens: sql<number>`sum(${costDays.inputTokens})`,
  outputTokens: sql<number>`sum(${costDays.outputTokens})`,
  cost: sql<number>`sum(${costDays.costMicroUsd})`,
}

export const sumsByDay = (ctx: OrganizationContext, days: Days) =>
  ctx.db
    .select({ day: costDays.day, ...sums })
    .from(costDays)
    .where(within(ctx, days))
    .groupBy(costDays.day)
    // Of a run whose model was told later an empty row stays.
    .having(sql`sum(${costDays.runs}) > 0`)

const page = (key: SQL, beyond: BeyondSum | undefined) => ({
  having: sql`${sums.runs} > 0 and ${
    beyond
      ? sql`(${sums.cost} < ${beyond.cost} or (${sums.cost} = ${beyond.cost} and ${key} > ${beyond.key}))`
      : sql`true`
  }`,
  order: [sql`${sums.cost} desc`, sql`${key}`] as const,
})

/** Of all agents, or of one as the registry names it. */
export const sumsByAgent =
  (agentId?: string) => (ctx: OrganizationContext, days: Days, limit: number, beyond: BeyondSum | undefined) => {
    const key = sql<string>`${costDays.connectorId} || ' ' || ${costDays.agent}`
    const { having, order } = page(key, beyond)
    return ctx.db
      .select({
        key,
        connectorId: costDays.connectorId,
        externalId: costDays.agent,
        agentId: agents.id,
        name: agents.name,
        displayName: agents.displayName,
        ...sums,
      })
      .from(costDays)
      .leftJoin(
        agents,
        and(
          eq(agents.organizationId, costDays.organizationId),
          eq(agents.connectorId, costDays.connectorId),
          eq(agents.externalId, costDays.agent),
        ),
      )
      .where(and(within(ctx, days), agentId === undefined ? undefined : eq(agents.id, agentId)))
      .groupBy(costDays.connectorId, costDays.agent)
      .having(having)
      .orderBy(...order)
      .limit(limit)
  }

export const sumsByModel = (ctx: OrganizationContext, days: Days, limit: number, beyond: BeyondSum | undefined) => {
  const key = sql<string>`${costDays.model}`
  const { having, order } = page(key, beyond)
  return ctx.db
    .select({ key, ...sums })
    .from(costDays)
    .where(within(ctx, days))
    .groupBy(costDays.model)
    .having(having)
    .orderBy(...order)
    .limit(limit)
}

export const sumsByConnector = (ctx: OrganizationContext, days: Days, limit: number, beyond: BeyondSum | undefined) => {
  const key = sql<string>`${costDays.connectorId}`
  const { having, order } = page(key, beyond)
  return ctx.db
    .select({ key, name: connectors.name, ...sums })
    .from(costDays)
    .leftJoin(
      connectors,
      and(eq(connectors.organizationId, costDays.organizationId), eq(connectors.id, costDays.connectorId)),
    )
    .where(within(ctx, days))
    .groupBy(costDays.connectorId)
    .having(having)
    .orderBy(...order)
    .limit(limit)
}

export const agentTraits = (ctx: OrganizationContext, ids: readonly string[]) =>
  ctx.db
    .select({ id: agents.id, group: agents.resourceGroup, model: agents.model })
    .from(agents)
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        sql`${agents.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )
