import { and, eq, getTableColumns, isNotNull, isNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../../platform/context.ts'
import { connectors } from '../../../connectors/schema.ts'
import { cronJobs } from '../../schema.ts'

export const own = (ctx: OrganizationContext) => eq(cronJobs.organizationId, ctx.organizationId)

export const isPresent = eq(cronJobs.state, 'present')
export const isFailing = and(isPresent, eq(cronJobs.isEnabled, true), isNotNull(cronJobs.failingSince))
export const isMissed = and(isPresent, eq(cronJobs.isEnabled, true), sql`${cronJobs.missedAt} = ${cronJobs.nextRunAt}`)

/** Of an organization that never said how many. */
export const thresholdDefault = 3

/** The threshold that counts for a job. */
const threshold = sql`coalesce(cron_jobs.failure_threshold, (select s.failure_threshold from cron_settings s
  where s.organization_id = cron_jobs.organization_id), ${thresholdDefault})`

/** Once for each time that it begins; looks at the row as the statements before it in the batch left it. */
export const beginsFailingStatement = (ctx: OrganizationContext, id: string, at: number) =>
  ctx.db
    .update(cronJobs)
    .set({ failingSince: at })
    .where(
      and(
        own(ctx),
        eq(cronJobs.id, id),
        isPresent,
        isNull(cronJobs.failingSince),
        sql`${cronJobs.consecutiveFailures} >= ${threshold}`,
      ),
    )

export const recoversStatement = (ctx: OrganizationContext, id: string) =>
  ctx.db
    .update(cronJobs)
    .set({ failingSince: null })
    .where(
      and(
        own(ctx),
        eq(cronJobs.id, id),
        isNotNull(cronJobs.failingSince),
        sql`${cronJobs.consecutiveFailures} < ${threshold}`,
      ),
    )

/** Jobs of which a changed threshold says something else than is known. */
export const misjudgedJobs = (ctx: OrganizationContext, limit: number) =>
  ctx.db
    .select()
    .from(cronJobs)
    .where(
      and(
        own(ctx),
        isPresent,
        sql`(${cronJobs.failingSince} is not null) <> (${cronJobs.consecutiveFailures} >= ${threshold})`,
      ),
    )
    .limit(limit)

export const setThresholdStatement = (ctx: OrganizationContext, id: string, failureThreshold: number | null) =>
  ctx.db
    .update(cronJobs)
    .set({ failureThreshold })
    .where(and(own(ctx), eq(cronJobs.id, id), sql`${cronJobs.failureThreshold} is not ${failureThreshold}`))

/** Which due moment counts as missed: before this one, and where the gateway is busy before that. */
export interface Overdue {
  before: number
  beforeWhenBusy: number
  /** So many runs at once keep a gateway from beginning another. */
  busyAt: number
}

const isOverdue = ({ before, beforeWhenBusy, busyAt }: Overdue) =>
  and(
    isPresent,
    eq(cronJobs.isEnabled, true),
    lt(cronJobs.nextRunAt, before),
    or(
      lt(cronJobs.nextRunAt, beforeWhenBusy),
      sql`(select count(*) from cron_jobs o where o.connector_id = cron_jobs.connector_id
        and o.running_since is not null) < ${busyAt}`,
    ),
    isNull(cronJobs.runningSince),
    or(isNull(cronJobs.missedAt), ne(cronJobs.missedAt, cronJobs.nextRunAt)),
    or(isNull(cronJobs.lastRunAt), lt(cronJobs.lastRunAt, cronJobs.nextRunAt)),
  )

/** Due, and nothing ran though the gateway was there all the time. Of all organizations. */
export const overdueJobs = (ctx: RequestContext, overdue: Overdue, limit: number) =>
  ctx.db
    .select(getTableColumns(cronJobs))
    .from(cronJobs)
    .innerJoin(connectors, eq(connectors.id, cronJobs.connectorId))
    .where(
      and(
        isOverdue(overdue),
        eq(connectors.state, 'online'),
        eq(connectors.gatewayConnected, true),
        lte(connectors.connectedAt, cronJobs.nextRunAt),
      ),
    )
    .limit(limit)

/** Once for each due moment. */
export const missedStatement = (ctx: OrganizationContext, id: string, overdue: Overdue) =>
  ctx.db
    .update(cronJobs)
    .set({ missedAt: sql`${cronJobs.nextRunAt}` })
    .where(and(own(ctx), eq(cronJobs.id, id), isOverdue(overdue)))

/** The failing jobs of these agents. */
export const failingJobRows = (ctx: OrganizationContext, agentIds: readonly string[]) =>
  ctx.db
    .select()
    .from(cronJobs)
    .where(
      and(own(ctx), isFailing, sql`${cronJobs.agentId} in (select value from json_each(${JSON.stringify(agentIds)}))`),
    )
