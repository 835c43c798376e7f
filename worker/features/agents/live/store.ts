import { and, desc, eq, like, notInArray, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { agentFacts } from '../schema.ts'
import { isGone } from '../store.ts'

const own = (ctx: OrganizationContext, agentId: string) =>
  and(eq(agentFacts.organizationId, ctx.organizationId), eq(agentFacts.agentId, agentId))

const fact = { agentId: agentFacts.agentId, sealed: agentFacts.sealed, at: agentFacts.at }

export const getFact = async (ctx: OrganizationContext, agentId: string, part: string) => {
  const [row] = await ctx.db
    .select(fact)
    .from(agentFacts)
    .where(and(own(ctx, agentId), eq(agentFacts.part, part)))
  return row
}

/** The newest that was kept for one of the gateway's agents. */
export const getFactOfGateway = async (ctx: OrganizationContext, connectorId: string, part: string) => {
  const [row] = await ctx.db
    .select(fact)
    .from(agentFacts)
    .where(
      and(
        eq(agentFacts.organizationId, ctx.organizationId),
        eq(agentFacts.connectorId, connectorId),
        eq(agentFacts.part, part),
      ),
    )
    .orderBy(desc(agentFacts.at))
    .limit(1)
  return row
}

/** The newest stays: an answer that took its time does not take the place of a later one. */
export const keepFactStatement = (ctx: OrganizationContext, row: typeof agentFacts.$inferInsert) =>
  ctx.db
    .insert(agentFacts)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoUpdate({
      target: [agentFacts.agentId, agentFacts.part],
      set: { sealed: row.sealed, at: row.at },
      setWhere: sql`${agentFacts.at} <= ${row.at}`,
    })

/** Of the parts that begin so only the newest few are kept. */
export const forgetFactsStatement = (ctx: OrganizationContext, agentId: string, prefix: string, kept: number) => {
  const ofThem = and(own(ctx, agentId), like(agentFacts.part, `${prefix}%`))
  const newest = ctx.db
    .select({ part: agentFacts.part })
    .from(agentFacts)
    .where(ofThem)
    .orderBy(desc(agentFacts.at), agentFacts.part)
    .limit(kept)
  return ctx.db.delete(agentFacts).where(and(ofThem, notInArray(agentFacts.part, newest)))
}

export const forgetFactsOfConnectorStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .delete(agentFacts)
    .where(and(eq(agentFacts.organizationId, ctx.organizationId), eq(agentFacts.connectorId, connectorId)))

/** Behind what forgets an agent: nothing as long as the registry has it. */
export const forgetFactsOfGoneStatement = (ctx: OrganizationContext, agentId: string) =>
  ctx.db.delete(agentFacts).where(and(own(ctx, agentId), isGone(ctx, agentId)))
