import { and, desc, eq, lt, ne, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import type { ListAllRuns } from '../contract.ts'
import { cronJobs, cronRuns, type RunRow } from '../schema.ts'

const own = (ctx: OrganizationContext) => eq(cronRuns.organizationId, ctx.organizationId)

/** Told again it is one run; what the later telling knows more of is added. */
export const keepRunStatement = (ctx: OrganizationContext, row: RunRow) =>
  ctx.db
    .insert(cronRuns)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoUpdate({
      target: [cronRuns.connectorId, cronRuns.externalId, cronRuns.at],
      set: {
        status: row.status,
        summary: sql`coalesce(excluded.summary, ${cronRuns.summary})`,
        error: sql`coalesce(excluded.error, ${cronRuns.error})`,
        durationMs: sql`coalesce(excluded.duration_ms, ${cronRuns.durationMs})`,
        sessionKey: sql`coalesce(excluded.session_key, ${cronRuns.sessionKey})`,
        traceId: sql`coalesce(excluded.trace_id, ${cronRuns.traceId})`,
        inputTokens: sql`coalesce(excluded.input_tokens, ${cronRuns.inputTokens})`,
        outputTokens: sql`coalesce(excluded.output_tokens, ${cronRuns.outputTokens})`,
      },
      setWhere: eq(cronRuns.organizationId, ctx.organizationId),
    })

/** The runs of one session, as far as nobody knows their trace. */
export const traceStatement = (ctx: OrganizationContext, connectorId: string, sessionKey: string, traceId: string) =>
  ctx.db
    .update(cronRuns)
    .set({ traceId })
    .where(
      and(
        own(ctx),
        eq(cronRuns.connectorId, connectorId),
        eq(cronRuns.sessionKey, sessionKey),
        sql`${cronRuns.traceId} is null`,
      ),
    )

const described = (ctx: OrganizationContext) =>
  ctx.db
    .select({
      connectorId: cronRuns.connectorId,
      externalId: cronRuns.externalId,
      at: cronRuns.at,
      agentId: cronRuns.agentId,
      jobName: cronRuns.jobName,
      status: cronRuns.status,
      durationMs: cronRuns.durationMs,
      summary: cronRuns.summary,
      error: cronRuns.error,
      sessionKey: cronRuns.sessionKey,
      traceId: cronRuns.traceId,
      model: cronRuns.model,
      inputTokens: cronRuns.inputTokens,
      outputTokens: cronRuns.outputTokens,
      jobId: sql<string>`coalesce(${cronJobs.id}, '')`,
    })
    .from(cronRuns)
    .leftJoin(
      cronJobs,
      and(
        eq(cronJobs.connectorId, cronRuns.connectorId),
        eq(cronJobs.externalId, cronRuns.externalId),
        eq(cronJobs.organizationId, ctx.organizationId),
      ),
    )

export type DescribedRun = Awaited<ReturnType<typeof described>>[number]

/** Where a page goes on: behind this moment, and this job among those of one moment. */
export type Beyond = { at: number; connectorId: string; externalId: string }

export const listRunRows = (
  ctx: OrganizationContext,
  filter: Omit<ListAllRuns, 'cursor' | 'limit'> & { externalId?: string },
  limit: number,
  beyond: Beyond | undefined,
) =>
  described(ctx)
    .where(
      and(
        own(ctx),
        filter.connectorId ? eq(cronRuns.connectorId, filter.connectorId) : undefined,
        filter.externalId ? eq(cronRuns.externalId, filter.externalId) : undefined,
        filter.agentId ? eq(cronRuns.agentId, filter.agentId) : undefined,
        filter.status === 'ok' ? eq(cronRuns.status, 'ok') : undefined,
        filter.status === 'failed' ? ne(cronRuns.status, 'ok') : undefined,
        beyond &&
          sql`(${cronRuns.at}, ${cronRuns.connectorId}, ${cronRuns.externalId}) < (${beyond.at}, ${beyond.connectorId}, ${beyond.externalId})`,
      ),
    )
    .orderBy(desc(cronRuns.at), desc(cronRuns.connectorId), desc(cronRuns.externalId))
    .limit(limit)

export const runRowsOfJob = (
  ctx: OrganizationContext,
  connectorId: string,
  externalId: string,
  { limit, offset }: { limit: number; offset: number },
) =>
  described(ctx)
    .where(and(own(ctx), eq(cronRuns.connectorId, connectorId), eq(cronRuns.externalId, externalId)))
    .orderBy(desc(cronRuns.at))
    .limit(limit)
    .offset(offset)

/** Runs and failures of each agent since two moments, the second of them the earlier one. */
export const runCounts = (ctx: OrganizationContext, { day, week }: { day: number; week: number }) => {
  const isOfDay = sql`${cronRuns.at} >= ${day}`
  const hasFailed = sql`${cronRuns.status} not in ('ok', 'skipped')`
  const tokens = sql`coalesce(${cronRuns.inputTokens}, 0) + coalesce(${cronRuns.outputTokens}, 0)`
  const isTold = sql`${cronRuns.inputTokens} is not null`
  return ctx.db
    .select({
      agentId: cronRuns.agentId,
      runs24h: sql<number>`sum(${isOfDay})`,
      failures24h: sql<number>`sum(${isOfDay} and ${hasFailed})`,
      runs7d: sql<number>`count(*)`,
      failures7d: sql<number>`sum(${hasFailed})`,
      tokens24h: sql<number | null>`sum(case when ${isOfDay} and ${isTold} then ${tokens} end)`,
      tokens7d: sql<number | null>`sum(case when ${isTold} then ${tokens} end)`,
    })
    .from(cronRuns)
    .where(and(own(ctx), sql`${cronRuns.at} >= ${week}`))
    .groupBy(cronRuns.agentId)
}

/** The oldest runs, of all organizations, some at a time. */
export const forgetRunsStatement = (ctx: RequestContext, before: number, limit: number) =>
  ctx.db.delete(cronRuns).where(
    and(
      lt(cronRuns.at, before),
      sql`(${cronRuns.connectorId}, ${cronRuns.externalId}, ${cronRuns.at}) in (select connector_id, external_id, at
        from cron_runs where at < ${before} order by at limit ${limit})`,
    ),
  )
