import { and, desc, eq, lt, ne, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { landed } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { agentChanges, agents, type ChangeRow } from '../schema.ts'
import { isGone } from '../store.ts'

const own = (ctx: OrganizationContext, id: string) =>
  and(eq(agentChanges.organizationId, ctx.organizationId), eq(agentChanges.id, id))

export const insertChangeStatement = (ctx: OrganizationContext, row: typeof agentChanges.$inferInsert) =>
  ctx.db.insert(agentChanges).values({ ...row, organizationId: ctx.organizationId })

export const changeById = async (ctx: OrganizationContext, id: string): Promise<ChangeRow | undefined> => {
  const [row] = await ctx.db.select().from(agentChanges).where(own(ctx, id))
  return row
}

export const getChange = async (ctx: OrganizationContext, agentId: string, id: string): Promise<ChangeRow> => {
  const row = await changeById(ctx, id)
  if (row?.agentId !== agentId) throw notFound('Change')
  return row
}

export const listChangeRows = (ctx: OrganizationContext, agentId: string, limit: number, beyond: string | undefined) =>
  ctx.db
    .select()
    .from(agentChanges)
    .where(
      and(
        eq(agentChanges.organizationId, ctx.organizationId),
        eq(agentChanges.agentId, agentId),
        beyond === undefined ? undefined : lt(agentChanges.id, beyond),
      ),
    )
    .orderBy(desc(agentChanges.id))
    .limit(limit)

/**
 * The ids that agents got when they were ordered from here, by the gateway's: so that one that appears is the one that
 * somebody made. Those that failed made nothing.
 */
export const idsOfMadeAgents = async (ctx: OrganizationContext, connectorId: string): Promise<Map<string, string>> => {
  const rows = await ctx.db
    .select({ agentId: agentChanges.agentId, touches: agentChanges.touches })
    .from(agentChanges)
    .where(
      and(
        eq(agentChanges.organizationId, ctx.organizationId),
        eq(agentChanges.connectorId, connectorId),
        sql`${agentChanges.kind} = 'create'`,
        ne(agentChanges.state, 'failed'),
      ),
    )
    .orderBy(agentChanges.id)
  return new Map(rows.flatMap(({ agentId, touches }) => touches.map((externalId) => [externalId, agentId] as const)))
}

/** Behind what forgets an agent: nothing as long as the registry has it. */
export const forgetChangesOfGoneStatement = (ctx: OrganizationContext, agentId: string) =>
  ctx.db
    .delete(agentChanges)
    .where(
      and(eq(agentChanges.organizationId, ctx.organizationId), eq(agentChanges.agentId, agentId), isGone(ctx, agentId)),
    )

/** Only from ordered: an answer that comes twice ends it once. */
export const endChangeStatement = (
  ctx: OrganizationContext,
  id: string,
  end: Pick<ChangeRow, 'state' | 'endedAt'> & Partial<ChangeRow>,
) =>
  ctx.db
    .update(agentChanges)
    .set(end)
    .where(and(own(ctx, id), eq(agentChanges.state, 'ordered')))

/** In the batch of a change that ends, directly behind what tells of it. */
export const controlIfLanded = (
  ctx: OrganizationContext,
  agentId: string,
  control: Pick<typeof agents.$inferInsert, 'disabledAt' | 'disabledReason' | 'restore'>,
) =>
  ctx.db
    .update(agents)
    .set(control)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, agentId), landed))

/** Ordered, and nobody has answered until now. Of all organizations. */
export const overdueChanges = (ctx: RequestContext, before: number, limit: number) =>
  ctx.db
    .select({ id: agentChanges.id, organizationId: agentChanges.organizationId })
    .from(agentChanges)
    .where(and(eq(agentChanges.state, 'ordered'), lt(agentChanges.deadline, before)))
    .orderBy(agentChanges.deadline)
    .limit(limit)
