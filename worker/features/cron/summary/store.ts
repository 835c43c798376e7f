import { and, asc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { agents } from '../../agents/schema.ts'
import { connectors } from '../../connectors/schema.ts'
import { isFailing, isMissed, isPresent, own } from '../jobs/judging/store.ts'
import { cronJobs } from '../schema.ts'

/** All jobs with a due moment before then, of gateways that are there. */
export const dueRows = (ctx: OrganizationContext, before: number, limit: number) =>
  ctx.db
    .select(getTableColumns(cronJobs))
    .from(cronJobs)
    .innerJoin(connectors, eq(connectors.id, cronJobs.connectorId))
    .where(
      and(
        own(ctx),
        isPresent,
        eq(cronJobs.isEnabled, true),
        lt(cronJobs.nextRunAt, before),
        eq(connectors.gatewayConnected, true),
      ),
    )
    .orderBy(asc(cronJobs.nextRunAt))
    .limit(limit)

export const countsByAgent = (ctx: OrganizationContext) =>
  ctx.db
    .select({
      agentId: cronJobs.agentId,
      name: sql<string | null>`coalesce(${agents.displayName}, ${agents.name})`,
      jobs: sql<number>`count(*)`,
      enabled: sql<number>`sum(${cronJobs.isEnabled})`,
      managed: sql<number>`sum(${cronJobs.isManaged})`,
      failing: sql<number>`sum(coalesce(${isFailing}, 0))`,
      missed: sql<number>`sum(coalesce(${isMissed}, 0))`,
    })
    .from(cronJobs)
    .leftJoin(agents, and(eq(agents.id, cronJobs.agentId), eq(agents.organizationId, ctx.organizationId)))
    .where(and(own(ctx), isPresent))
    .groupBy(cronJobs.agentId)
