import { and, asc, desc, eq, inArray, isNotNull, lt, notInArray, or, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { type Condition, insertWhere, type Statement } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { type ListCronChanges, openChangeStates } from '../contract.ts'
import { type ChangeRow, cronChanges, cronJobs, type JobRow } from '../schema.ts'

const own = (ctx: OrganizationContext) => eq(cronChanges.organizationId, ctx.organizationId)
const isOpen = inArray(cronChanges.state, [...openChangeStates])

export const changeById = async (ctx: OrganizationContext, id: string): Promise<ChangeRow | undefined> => {
  const [row] = await ctx.db
    .select()
    .from(cronChanges)
    .where(and(own(ctx), eq(cronChanges.id, id)))
  return row
}

export const getChange = async (ctx: OrganizationContext, id: string): Promise<ChangeRow> => {
  const row = await changeById(ctx, id)
  if (!row) throw notFound('Change')
  return row
}

export const listChangeRows = (
  ctx: OrganizationContext,
  filter: Omit<ListCronChanges, 'cursor' | 'limit'>,
  limit: number,
  beyond: string | undefined,
) =>
  ctx.db
    .select()
    .from(cronChanges)
    .where(
      and(
        own(ctx),
        filter.state === 'open' ? isOpen : undefined,
        filter.state === 'ended' ? notInArray(cronChanges.state, [...openChangeStates]) : undefined,
        filter.jobId ? eq(cronChanges.jobId, filter.jobId) : undefined,
        beyond === undefined ? undefined : lt(cronChanges.id, beyond),
      ),
    )
    .orderBy(desc(cronChanges.id))
    .limit(limit)

/** What stands before a further change of a job: the one under way, and the one that waits behind it. */
export const openChangesOfJob = (ctx: OrganizationContext, jobId: string) =>
  ctx.db
    .select()
    .from(cronChanges)
    .where(and(own(ctx), eq(cronChanges.jobId, jobId), isOpen, sql`${cronChanges.kind} <> 'run'`))
    .orderBy(asc(cronChanges.id))

export const openChangesOfConnector = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(cronChanges)
    .where(and(own(ctx), eq(cronChanges.connectorId, connectorId), isOpen))
    .orderBy(asc(cronChanges.id))

export const countOpenChanges = async (ctx: OrganizationContext): Promise<{ waiting: number; conflicts: number }> => {
  const [row] = await ctx.db
    .select({
      waiting: sql<number>`coalesce(sum(${cronChanges.state} <> 'conflict'), 0)`,
      conflicts: sql<number>`coalesce(sum(${cronChanges.state} = 'conflict'), 0)`,
    })
    .from(cronChanges)
    .where(and(own(ctx), isOpen))
  return row ?? { waiting: 0, conflicts: 0 }
}

export const insertChangeWhere = (ctx: OrganizationContext, row: ChangeRow, condition: Condition) =>
  insertWhere(ctx.db, cronChanges, { ...row, organizationId: ctx.organizationId }, condition)

/** Holds while no other change of the job stands where a new one of that state would. */
export const hasRoom = (jobId: string | null, states: ChangeRow['state'][]): Condition =>
  sql`not exists (select 1 from cron_changes where job_id = ${jobId} and kind <> 'run'
    and state in (select value from json_each(${JSON.stringify(states)})))`

/** Holds when this change was answered by that one. */
export const wasAnsweredBy = (id: string, by: string): Condition =>
  sql`exists (select 1 from cron_changes where id = ${id} and state = 'cancelled' and reference = ${by})`

/** Holds while exactly this change waits for the job, as it was read; without one, while none does. */
export const isStillBehind = (jobId: string | null, waiting: ChangeRow | undefined): Condition =>
  waiting
    ? sql`exists (select 1 from cron_changes w where w.id = ${waiting.id} and w.state = 'waiting'
        and w.version = ${waiting.version})`
    : hasRoom(jobId, ['waiting'])

type Change = Partial<Omit<ChangeRow, 'id' | 'organizationId' | 'version'>>

/** Moves a change only from one of these states, and only as it was seen when `version` is given. */
export const moveStatement = (
  ctx: OrganizationContext,
  id: string,
  from: readonly ChangeRow['state'][],
  change: Change,
  version?: number,
  condition?: Condition,
) =>
  ctx.db
    .update(cronChanges)
    .set({ ...change, version: sql`${cronChanges.version} + 1` })
    .where(
      and(
        own(ctx),
        eq(cronChanges.id, id),
        inArray(cronChanges.state, [...from]),
        version === undefined ? undefined : eq(cronChanges.version, version),
        condition,
      ),
    )

/** What waits behind a change that was made is made to what that one left. */
export const rebaseFollowersStatement = (
  ctx: OrganizationContext,
  { jobId, baseRevision, id }: ChangeRow,
  reference: string,
): Statement =>
  ctx.db
    .update(cronChanges)
    .set({ baseRevision: reference })
    .where(
      and(
        own(ctx),
        eq(cronChanges.jobId, jobId ?? ''),
        eq(cronChanges.state, 'waiting'),
        sql`${cronChanges.baseRevision} is ${baseRevision}`,
        sql`${cronChanges.id} > ${id}`,
      ),
    )

/** The list here follows at once what was just made at the gateway, until that tells of it itself. */
export const mirrorStatement = (
  ctx: OrganizationContext,
  jobId: string,
  baseRevision: string | null,
  change: Partial<JobRow>,
): Statement =>
  ctx.db
    .update(cronJobs)
    .set({ ...change, digest: '' })
    .where(
      and(
        eq(cronJobs.organizationId, ctx.organizationId),
        eq(cronJobs.id, jobId),
        sql`${cronJobs.revision} is ${baseRevision}`,
      ),
    )

export const jobRowById = async (ctx: OrganizationContext, id: string): Promise<JobRow | undefined> => {
  const [row] = await ctx.db
    .select()
    .from(cronJobs)
    .where(and(eq(cronJobs.organizationId, ctx.organizationId), eq(cronJobs.id, id)))
  return row
}

export const jobRowsById = (ctx: OrganizationContext, ids: string[]) =>
  ctx.db
    .select()
    .from(cronJobs)
    .where(
      and(
        eq(cronJobs.organizationId, ctx.organizationId),
        sql`${cronJobs.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )

/** Open changes whose time is over. Of all organizations. */
export const overdueChanges = (ctx: RequestContext, now: number, sentBefore: number, limit: number) =>
  ctx.db
    .select()
    .from(cronChanges)
    .where(
      or(
        and(inArray(cronChanges.state, ['waiting', 'conflict']), lt(cronChanges.expiresAt, now)),
        and(eq(cronChanges.state, 'sent'), lt(cronChanges.expiresAt, sentBefore)),
      ),
    )
    .limit(limit)

/** Connectors whose gateway is there and for which something waits that nothing stands before. Of all organizations. */
export const connectorsWithWaiting = (ctx: RequestContext, limit: number) =>
  ctx.db
    .selectDistinct({ connectorId: cronChanges.connectorId, organizationId: cronChanges.organizationId })
    .from(cronChanges)
    .where(
      and(
        eq(cronChanges.state, 'waiting'),
        sql`exists (select 1 from connectors c where c.id = ${cronChanges.connectorId} and c.state = 'online' and c.gateway_connected)`,
        or(
          sql`${cronChanges.jobId} is null`,
          and(
            isNotNull(cronChanges.jobId),
            sql`not exists (select 1 from cron_changes o where o.job_id = cron_changes.job_id and o.kind <> 'run' and o.state in ('sent', 'conflict'))`,
          ),
        ),
      ),
    )
    .limit(limit)

export const dropChangesOfConnectorStatement = (
  ctx: OrganizationContext,
  connectorId: string,
  now: number,
): Statement =>
  ctx.db
    .update(cronChanges)
    .set({ state: 'cancelled', endedAt: now, detail: 'The connector was removed.' })
    .where(and(own(ctx), eq(cronChanges.connectorId, connectorId), isOpen))
