import { and, asc, count, desc, eq, gt, isNull, lt, lte, or, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../platform/context.ts'
import { insertWhere, landed } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { agents } from '../agents/schema.ts'
import type { BudgetSettings, ListBudgets } from './contract.ts'
import {
  type BudgetHappeningRow,
  type BudgetRow,
  budgetAlerts,
  budgetHappenings,
  budgets,
  budgetVersions,
} from './schema.ts'

const own = (ctx: OrganizationContext, id: string) =>
  and(eq(budgets.organizationId, ctx.organizationId), eq(budgets.id, id), isNull(budgets.removedAt))

const selectBudgets = (ctx: RequestContext) =>
  ctx.db
    .select({ budget: budgets, agent: { name: agents.name, displayName: agents.displayName } })
    .from(budgets)
    .leftJoin(agents, and(eq(budgets.scopeKind, 'agent'), eq(agents.id, budgets.scopeRef)))
export type JoinedBudget = Awaited<ReturnType<typeof selectBudgets>>[number]

/** Throws `not_found`, also for one that is removed. */
export const getBudget = async (ctx: OrganizationContext, id: string): Promise<JoinedBudget> => {
  const [row] = await selectBudgets(ctx).where(own(ctx, id))
  if (!row) throw notFound('Budget')
  return row
}

export const countBudgets = async (ctx: OrganizationContext): Promise<number> => {
  const [row] = await ctx.db
    .select({ budgets: count() })
    .from(budgets)
    .where(and(eq(budgets.organizationId, ctx.organizationId), isNull(budgets.removedAt)))
  return row?.budgets ?? 0
}

/** Whether a budget covers the agent `a`, by what the registry says of it now. */
const covers = sql`(${budgets.scopeKind} = 'organization' or (${budgets.scopeKind} = 'agent' and ${budgets.scopeRef} = a.id)
  or (${budgets.scopeKind} = 'group' and ${budgets.scopeRef} = a.resource_group)
  or (${budgets.scopeKind} = 'model' and ${budgets.scopeRef} = a.model))`

const coversAgent = (ctx: OrganizationContext, agentId: string) =>
  sql`exists (select 1 from agents a where a.organization_id = ${ctx.organizationId} and a.id = ${agentId} and ${covers})`

export const listBudgetRows = (
  ctx: OrganizationContext,
  { scope, agentId, limit }: ListBudgets,
  beyond: string | undefined,
): Promise<JoinedBudget[]> =>
  selectBudgets(ctx)
    .where(
      and(
        eq(budgets.organizationId, ctx.organizationId),
        isNull(budgets.removedAt),
        scope && eq(budgets.scopeKind, scope),
        agentId === undefined ? undefined : coversAgent(ctx, agentId),
        beyond === undefined ? undefined : gt(budgets.id, beyond),
      ),
    )
    .orderBy(asc(budgets.id))
    .limit(limit + 1)

export const insertBudgetStatement = (ctx: OrganizationContext, row: BudgetRow) =>
  ctx.db.insert(budgets).values({ ...row, organizationId: ctx.organizationId })

/** Only upon the version that was seen. */
export const changeBudgetStatement = (
  ctx: OrganizationContext,
  id: string,
  seen: number,
  change: Partial<typeof budgets.$inferInsert>,
) =>
  ctx.db
    .update(budgets)
    .set({ ...change, version: seen + 1 })
    .where(and(own(ctx, id), eq(budgets.version, seen)))

/** In a batch, directly behind the event of the change: kept only if that landed. */
export const keepVersionStatement = (
  ctx: OrganizationContext,
  row: { budgetId: string; version: number; settings: BudgetSettings | null; changedAt: number },
) => insertWhere(ctx.db, budgetVersions, { ...row, organizationId: ctx.organizationId }, landed)

const ofGroup = (ctx: OrganizationContext, group: string) =>
  and(
    eq(budgets.organizationId, ctx.organizationId),
    eq(budgets.scopeKind, 'group'),
    eq(budgets.scopeRef, group),
    isNull(budgets.removedAt),
  )

export const budgetsOfGroup = (ctx: OrganizationContext, group: string): Promise<BudgetRow[]> =>
  ctx.db.select().from(budgets).where(ofGroup(ctx, group))

/** Within a batch: whether the budget of an id counts this group. */
export const isOfGroup = (group: string) => (id: SQL) =>
  sql`exists (select 1 from budgets b where b.id = ${id} and b.scope_kind = 'group' and b.scope_ref = ${group})`

export const renameScopeStatement = (ctx: OrganizationContext, from: string, to: string, now: number) =>
  ctx.db
    .update(budgets)
    .set({
      scopeRef: to,
      version: sql`${budgets.version} + 1`,
      changedAt: now,
      changedByKind: ctx.actor.kind,
      changedById: ctx.actor.id,
      changedByName: ctx.actorName,
    })
    .where(ofGroup(ctx, from))

/** Behind it: what each budget was before, but for the name of its group. */
export const keepRenamedVersionsStatement = (ctx: OrganizationContext, to: string, now: number) =>
  ctx.db.insert(budgetVersions).select(sql`
    select b.id, b.version, b.organization_id, json_set(v.settings, '$.scope.group', ${to}), ${now}
    from budgets b join budget_versions v on v.budget_id = b.id and v.version = b.version - 1
    where b.organization_id = ${ctx.organizationId} and b.scope_kind = 'group' and b.scope_ref = ${to}
      and b.removed_at is null
      and not exists (select 1 from budget_versions n where n.budget_id = b.id and n.version = b.version)`)

/** Removed ones too: the ledger has to hear of that as well. */
export const budgetsToHandOver = (ctx: RequestContext, organizationId: string | null, limit: number) =>
  ctx.db
    .select()
    .from(budgets)
    .where(
      and(
        lt(budgets.handedVersion, budgets.version),
        organizationId === null ? undefined : eq(budgets.organizationId, organizationId),
      ),
    )
    .limit(limit)

export const handedOver = async (ctx: RequestContext, { id, version }: BudgetRow): Promise<void> => {
  await ctx.db
    .update(budgets)
    .set({ handedVersion: version })
    .where(and(eq(budgets.id, id), lt(budgets.handedVersion, version)))
}

export const agentIdsWithModel = async (ctx: OrganizationContext, model: string): Promise<string[]> => {
  const rows = await ctx.db
    .select({ id: agents.id })
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.state, 'active'), eq(agents.model, model)))
  return rows.map(({ id }) => id)
}

/** How many active agents each of these budgets covers. */
export const agentsCovered = async (ctx: OrganizationContext, ids: readonly string[]): Promise<Map<string, number>> => {
  const rows = await ctx.db.all<{ id: string; agents: number }>(sql`
    select ${budgets.id} as id, count(a.id) as agents from ${budgets}
    left join agents a on a.organization_id = ${budgets.organizationId} and a.state = 'active' and ${covers}
    where ${budgets.organizationId} = ${ctx.organizationId}
      and ${budgets.id} in (select value from json_each(${JSON.stringify(ids)}))
    group by ${budgets.id}`)
  return new Map(rows.map((row) => [row.id, row.agents]))
}

/** Agents that have runs going on, as connectors told. */
export const runningAgents = (ctx: OrganizationContext) =>
  ctx.db
    .select({ id: agents.id, group: agents.resourceGroup, model: agents.model, openRuns: agents.openRuns })
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.state, 'active'), gt(agents.openRuns, 0)))

export const happeningStatement = (ctx: OrganizationContext, row: Omit<BudgetHappeningRow, 'organizationId'>) =>
  ctx.db
    .insert(budgetHappenings)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

export const listHappeningRows = (
  ctx: OrganizationContext,
  budgetId: string,
  limit: number,
  beyond: { at: number; id: string } | undefined,
): Promise<BudgetHappeningRow[]> =>
  ctx.db
    .select()
    .from(budgetHappenings)
    .where(
      and(
        eq(budgetHappenings.organizationId, ctx.organizationId),
        eq(budgetHappenings.budgetId, budgetId),
        beyond &&
          or(
            lt(budgetHappenings.at, beyond.at),
            and(eq(budgetHappenings.at, beyond.at), lt(budgetHappenings.id, beyond.id)),
          ),
      ),
    )
    .orderBy(desc(budgetHappenings.at), desc(budgetHappenings.id))
    .limit(limit + 1)

/** Whole rows; an older telling changes nothing. */
export const alertStatement = (ctx: OrganizationContext, alerts: readonly (typeof budgetAlerts.$inferInsert)[]) =>
  ctx.db
    .insert(budgetAlerts)
    .select(sql`
      select value ->> 'budgetId', ${ctx.organizationId}, value ->> 'revision', value ->> 'state', value ->> 'since',
        value ->> 'until' from json_each(${JSON.stringify(alerts)}) where true`)
    .onConflictDoUpdate({
      target: budgetAlerts.budgetId,
      set: {
        revision: sql`excluded.revision`,
        state: sql`excluded.state`,
        since: sql`excluded.since`,
        until: sql`excluded.until`,
      },
      setWhere: sql`excluded.revision > budget_alerts.revision`,
    })

/** What of an agent says which budgets cover it; null for one of nobody here. */
export const traitsOf = async (ctx: OrganizationContext, agentId: string) => {
  const [row] = await ctx.db
    .select({ id: agents.id, group: agents.resourceGroup, model: agents.model })
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, agentId)))
  return row ?? null
}

/** The settings of every budget of the organization that were in force at a moment. */
export const versionsAt = async (ctx: OrganizationContext, at: number) =>
  ctx.db
    .select({
      budgetId: budgetVersions.budgetId,
      version: sql<number>`max(${budgetVersions.version})`,
      settings: budgetVersions.settings,
      changedAt: budgetVersions.changedAt,
    })
    .from(budgetVersions)
    .where(and(eq(budgetVersions.organizationId, ctx.organizationId), lte(budgetVersions.changedAt, at)))
    .groupBy(budgetVersions.budgetId)
    .orderBy(budgetVersions.budgetId)
