import { and, asc, eq, getTableColumns, inArray, lt, lte, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { Statement } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { agents } from '../../agents/schema.ts'
import { connectors } from '../../connectors/schema.ts'
import { type ListJobs, openChangeStates } from '../contract.ts'
import { cronChanges, cronJobs, cronLists, type JobRow } from '../schema.ts'
import { isFailing, isMissed, isPresent, own } from './judging/store.ts'

const described = (ctx: OrganizationContext) =>
  ctx.db
    .select({
      ...getTableColumns(cronJobs),
      connectorName: sql<string>`coalesce(${connectors.name}, '')`,
      connectorState: connectors.state,
      connectorGroups: connectors.groups,
      gatewayConnected: connectors.gatewayConnected,
      agentName: sql<string | null>`coalesce(${agents.displayName}, ${agents.name})`,
    })
    .from(cronJobs)
    .leftJoin(
      connectors,
      and(eq(connectors.id, cronJobs.connectorId), eq(connectors.organizationId, ctx.organizationId)),
    )
    .leftJoin(agents, and(eq(agents.id, cronJobs.agentId), eq(agents.organizationId, ctx.organizationId)))

export type DescribedJob = Awaited<ReturnType<typeof described>>[number]

export const getJob = async (ctx: OrganizationContext, id: string): Promise<DescribedJob> => {
  const [row] = await described(ctx).where(and(own(ctx), eq(cronJobs.id, id)))
  if (!row) throw notFound('Job')
  return row
}

export const jobByExternalId = async (ctx: OrganizationContext, connectorId: string, externalId: string) => {
  const [row] = await ctx.db
    .select()
    .from(cronJobs)
    .where(and(own(ctx), eq(cronJobs.connectorId, connectorId), eq(cronJobs.externalId, externalId)))
  return row
}

/** Where a page of the list goes on: behind this name and id. */
export type Beyond = { name: string; id: string }

export const listJobRows = (
  ctx: OrganizationContext,
  filter: Omit<ListJobs, 'cursor' | 'limit'>,
  limit: number,
  beyond: Beyond | undefined,
) => {
  const pattern = filter.query && `%${filter.query.replace(/[\\%_]/g, '\\$&')}%`
  return described(ctx)
    .where(
      and(
        own(ctx),
        eq(cronJobs.state, filter.state),
        filter.agentId ? eq(cronJobs.agentId, filter.agentId) : undefined,
        filter.connectorId ? eq(cronJobs.connectorId, filter.connectorId) : undefined,
        filter.enabled === undefined ? undefined : eq(cronJobs.isEnabled, filter.enabled),
        filter.managed === undefined ? undefined : eq(cronJobs.isManaged, filter.managed),
        onlyIf(filter.failing, isFailing),
        onlyIf(filter.missed, isMissed),
        pattern ? sql`${cronJobs.name} like ${pattern} escape '\\'` : undefined,
        beyond && sql`(${cronJobs.name}, ${cronJobs.id}) > (${beyond.name}, ${beyond.id})`,
      ),
    )
    .orderBy(asc(cronJobs.name), asc(cronJobs.id))
    .limit(limit)
}

/** A comparison with null is neither true nor false, and not to be found is what is meant. */
const onlyIf = (wanted: boolean | undefined, holds: SQL | undefined): SQL | undefined =>
  wanted === undefined ? undefined : wanted ? holds : sql`not coalesce(${holds}, false)`

/** The open changes of these jobs, the oldest first. */
export const openChangesOf = (ctx: OrganizationContext, ids: string[]) =>
  ctx.db
    .select({
      id: cronChanges.id,
      jobId: cronChanges.jobId,
      kind: cronChanges.kind,
      state: cronChanges.state,
      orderedAt: cronChanges.orderedAt,
    })
    .from(cronChanges)
    .where(
      and(
        eq(cronChanges.organizationId, ctx.organizationId),
        inArray(cronChanges.state, [...openChangeStates]),
        sql`${cronChanges.jobId} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )
    .orderBy(asc(cronChanges.id))

export const jobsOfConnector = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(cronJobs)
    .where(and(own(ctx), eq(cronJobs.connectorId, connectorId)))

/** A job that somebody else inserted first is updated by the next telling. */
export const insertJobStatement = (ctx: OrganizationContext, row: JobRow): Statement =>
  ctx.db
    .insert(cronJobs)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

/** Only forward in time: what was told before what is known changes nothing. */
export const updateJobStatement = (ctx: OrganizationContext, id: string, change: Partial<JobRow>, seenAt: number) =>
  ctx.db
    .update(cronJobs)
    .set({ ...change, seenAt })
    .where(and(own(ctx), eq(cronJobs.id, id), lte(cronJobs.seenAt, seenAt)))

export const seenStatement = (
  ctx: OrganizationContext,
  connectorId: string,
  externalIds: string[],
  seenAt: number,
): Statement =>
  ctx.db
    .update(cronJobs)
    .set({ seenAt })
    .where(
      and(
        own(ctx),
        eq(cronJobs.connectorId, connectorId),
        lt(cronJobs.seenAt, seenAt),
        sql`${cronJobs.externalId} in (select value from json_each(${JSON.stringify(externalIds)}))`,
      ),
    )

/** Those that a whole list did not name. */
export const goneStatement = (ctx: OrganizationContext, connectorId: string, listedAt: number): Statement =>
  ctx.db
    .update(cronJobs)
    .set({ state: 'gone', nextRunAt: null, runningSince: null, failingSince: null, missedAt: null })
    .where(and(own(ctx), eq(cronJobs.connectorId, connectorId), isPresent, lt(cronJobs.seenAt, listedAt)))

/** Only forward in time. */
export const listedStatement = (ctx: OrganizationContext, connectorId: string, at: number): Statement =>
  ctx.db
    .insert(cronLists)
    .values({ connectorId, organizationId: ctx.organizationId, at })
    .onConflictDoUpdate({
      target: cronLists.connectorId,
      set: { at },
      setWhere: sql`${cronLists.organizationId} = ${ctx.organizationId} and ${cronLists.at} < ${at}`,
    })

/** When the gateway of a connector told all of its jobs last; undefined while it never did. */
export const listedAt = async (ctx: OrganizationContext, connectorId: string): Promise<number | undefined> => {
  const [row] = await ctx.db
    .select({ at: cronLists.at })
    .from(cronLists)
    .where(and(eq(cronLists.organizationId, ctx.organizationId), eq(cronLists.connectorId, connectorId)))
  return row?.at
}

export const forgetListStatement = (ctx: OrganizationContext, connectorId: string): Statement =>
  ctx.db
    .delete(cronLists)
    .where(and(eq(cronLists.organizationId, ctx.organizationId), eq(cronLists.connectorId, connectorId)))

/** The jobs that an agent's gateway has for it. */
export const jobsOfAgent = (ctx: OrganizationContext, agentId: string, limit: number) =>
  ctx.db
    .select()
    .from(cronJobs)
    .where(and(own(ctx), eq(cronJobs.agentId, agentId), isPresent))
    .orderBy(asc(cronJobs.name), asc(cronJobs.id))
    .limit(limit)

export const goneWithConnectorStatement = (ctx: OrganizationContext, connectorId: string): Statement =>
  ctx.db
    .update(cronJobs)
    .set({ state: 'gone', nextRunAt: null, runningSince: null, failingSince: null, missedAt: null })
    .where(and(own(ctx), eq(cronJobs.connectorId, connectorId), isPresent))

export const connectorOf = async (ctx: OrganizationContext, connectorId: string) => {
  const [row] = await ctx.db
    .select({ state: connectors.state, groups: connectors.groups, gatewayConnected: connectors.gatewayConnected })
    .from(connectors)
    .where(and(eq(connectors.organizationId, ctx.organizationId), eq(connectors.id, connectorId)))
  return row
}

export const agentOf = async (ctx: OrganizationContext, agentId: string) => {
  const [row] = await ctx.db
    .select()
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, agentId)))
  if (!row) throw notFound('Agent')
  return row
}
