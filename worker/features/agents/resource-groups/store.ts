import { and, eq, isNotNull, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { agents } from '../schema.ts'

/** Groups of removed agents as well, with no agent in them: their name is not free. */
export const groupRows = (ctx: OrganizationContext, limit: number) =>
  ctx.db
    .select({
      name: sql<string>`${agents.resourceGroup}`,
      agents: sql<number>`sum(${agents.state} = 'active')`,
      disabled: sql<number>`sum(${agents.state} = 'active' and ${agents.disabledAt} is not null)`,
    })
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), isNotNull(agents.resourceGroup)))
    .groupBy(agents.resourceGroup)
    .orderBy(agents.resourceGroup)
    .limit(limit)

/** Whoever changes one of these agents with what they saw before is told so. */
export const regroupStatement = (ctx: OrganizationContext, from: string, to: string | null) =>
  ctx.db
    .update(agents)
    .set({ resourceGroup: to, version: sql`${agents.version} + 1` })
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.resourceGroup, from)))
