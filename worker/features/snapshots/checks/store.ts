import { and, eq, lte, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { agents } from '../../agents/schema.ts'
import { snapshotAgentChecks, snapshotChecks } from '../schema.ts'

/** Asked for twice it is looked at once, at the earlier moment. */
export const checkSoonStatement = (ctx: OrganizationContext, connectorId: string, dueAt: number) =>
  ctx.db
    .insert(snapshotChecks)
    .values({ connectorId, organizationId: ctx.organizationId, dueAt })
    .onConflictDoUpdate({
      target: snapshotChecks.connectorId,
      set: { dueAt: sql`min(${snapshotChecks.dueAt}, ${dueAt})` },
    })

/** All active agents of a connector are due at that moment, or stay due at an earlier one. */
export const checkAgentsSoonStatement = (ctx: OrganizationContext, connectorId: string, dueAt: number) =>
  ctx.db
    .insert(snapshotAgentChecks)
    .select(
      sql`select id, organization_id, ${dueAt} from agents
        where organization_id = ${ctx.organizationId} and connector_id = ${connectorId} and state = 'active'`,
    )
    .onConflictDoUpdate({
      target: snapshotAgentChecks.agentId,
      set: { dueAt: sql`excluded.due_at` },
      setWhere: sql`${snapshotAgentChecks.dueAt} > excluded.due_at`,
    })

/** Of all organizations; without an agent where that is gone. */
export const dueAgentChecks = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db
    .select({
      agentId: snapshotAgentChecks.agentId,
      organizationId: snapshotAgentChecks.organizationId,
      dueAt: snapshotAgentChecks.dueAt,
      isActive: sql<number>`exists (select 1 from agents where id = ${snapshotAgentChecks.agentId} and state = 'active')`,
    })
    .from(snapshotAgentChecks)
    .where(lte(snapshotAgentChecks.dueAt, now))
    .orderBy(snapshotAgentChecks.dueAt)
    .limit(limit)

/** Only while nobody asked for it anew since it was found due. */
export const agentCheckedStatement = (ctx: RequestContext, agentId: string, foundDueAt: number, nextAt: number) =>
  ctx.db
    .update(snapshotAgentChecks)
    .set({ dueAt: nextAt })
    .where(and(eq(snapshotAgentChecks.agentId, agentId), eq(snapshotAgentChecks.dueAt, foundDueAt)))

export const forgetAgentCheckStatement = (ctx: RequestContext, agentId: string) =>
  ctx.db.delete(snapshotAgentChecks).where(eq(snapshotAgentChecks.agentId, agentId))

/** A restore tells what it wrote once the gateway has taken it; who looks before that cannot know whose it is. */
const tellsWithinMs = 600_000

/** Of all organizations, but for gateways at which a restore writes settings in this moment. */
export const dueChecks = (ctx: RequestContext, now: number, limit: number) =>
  ctx.db
    .select()
    .from(snapshotChecks)
    .where(
      and(
        lte(snapshotChecks.dueAt, now),
        sql`not exists (select 1 from artifact_restores where connector_id = ${snapshotChecks.connectorId}
          and state in ('approved', 'started') and step in ('agents', 'removals', 'configuration')
          and started_at > ${now - tellsWithinMs})`,
      ),
    )
    .orderBy(snapshotChecks.dueAt)
    .limit(limit)

/** Only while nobody asked for it anew since it was found due. */
export const checkedStatement = (ctx: RequestContext, connectorId: string, foundDueAt: number, nextAt: number) =>
  ctx.db
    .update(snapshotChecks)
    .set({ dueAt: nextAt })
    .where(and(eq(snapshotChecks.connectorId, connectorId), eq(snapshotChecks.dueAt, foundDueAt)))

export const forgetCheckStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .delete(snapshotChecks)
    .where(and(eq(snapshotChecks.organizationId, ctx.organizationId), eq(snapshotChecks.connectorId, connectorId)))

/** A connector's active agents, under our ids and the gateway's. */
export const activeAgentsOf = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select({ id: agents.id, externalId: agents.externalId, connectorId: agents.connectorId })
    .from(agents)
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.connectorId, connectorId),
        eq(agents.state, 'active'),
      ),
    )
