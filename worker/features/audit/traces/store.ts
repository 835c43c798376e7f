import { and, eq, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { agents } from '../../agents/schema.ts'

/** What these agents are called; those that are gone are left out. */
export const namesOfAgents = async (ctx: OrganizationContext, ids: string[]): Promise<{ id: string; name: string }[]> =>
  await ctx.db
    .select({ id: agents.id, name: agents.name })
    .from(agents)
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        sql`${agents.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )
