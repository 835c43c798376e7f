import { and, desc, eq, gte, isNotNull, lt, lte, ne, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../platform/context.ts'
import { users } from '../../users/index.ts'
import { approvals, approvalViews, approvalVotes } from '../schema.ts'
import type { ListDeliveries } from './contract.ts'

/** Milliseconds since 1970, both ends included. */
export interface Range {
  from: number
  to: number
}

const requestedIn = (ctx: OrganizationContext, { from, to }: Range) =>
  and(
    eq(approvals.organizationId, ctx.organizationId),
    gte(approvals.requestedAt, from),
    lte(approvals.requestedAt, to),
  )

const byPerson = sql`${approvals.decidedByKind} in ('member', 'api_key')`
const countIf = (condition: SQL) => sql<number>`coalesce(sum(${condition}), 0)`

/** How the requests of a time ended; each is counted once. */
export const outcomeFigures = (ctx: OrganizationContext, range: Range) => {
  const ended = sql`${approvals.state} in ('decided', 'delivered', 'confirmed')`
  const byRule = sql`${approvals.decidedByKind} in ('rule', 'expiry')`
  const isRefused = sql`${approvals.outcome} = 'reject'`
  const is = (...conditions: SQL[]) => countIf(sql.join([ended, ...conditions], sql` and `))
  return ctx.db
    .select({
      total: sql<number>`count(*)`.as('total'),
      allowedByPerson: is(byPerson, sql`not ${isRefused}`).as('allowed_by_person'),
      refusedByPerson: is(byPerson, isRefused).as('refused_by_person'),
      allowedByRule: is(byRule, sql`not ${isRefused}`).as('allowed_by_rule'),
      refusedByRule: is(byRule, isRefused).as('refused_by_rule'),
      allowedByGrant: is(sql`${approvals.decidedByKind} = 'grant'`).as('allowed_by_grant'),
      atGateway: is(sql`${approvals.decidedByKind} = 'gateway'`).as('at_gateway'),
      expired: countIf(sql`${approvals.state} = 'expired'`).as('expired'),
      undeliverable: countIf(sql`${approvals.state} = 'undeliverable'`).as('undeliverable'),
      pending: countIf(sql`${approvals.state} = 'pending'`).as('pending'),
    })
    .from(approvals)
    .where(requestedIn(ctx, range))
}

const shownMs = sql<number | null>`${approvals.shownAt} - ${approvals.requestedAt}`
const decidedMs = sql<number | null>`${approvals.decidedAt} - ${approvals.requestedAt}`
const effectiveMs = sql<
  number | null
>`coalesce(${approvals.deliveredAt}, ${approvals.confirmedAt}) - ${approvals.requestedAt}`

/** Nearest rank: the least value that at least this share of the values does not exceed. */
const rank = (share: number) => sql<number | null>`min(iif(place >= ${share} * total, ms, null))`

const percentilesOf = (ctx: OrganizationContext, range: Range, ms: SQL, which: SQL | undefined) =>
  ctx.db
    .select({
      count: sql<number>`count(*)`.as('count'),
      p50Ms: rank(0.5).as('p50'),
      p90Ms: rank(0.9).as('p90'),
      p99Ms: rank(0.99).as('p99'),
    })
    .from(
      sql`(select ${ms} as ms, row_number() over (order by ${ms}) as place, count(*) over () as total
        from ${approvals} where ${and(requestedIn(ctx, range), which, sql`${ms} is not null`)}) times`,
    )

/** From the request until a person's screen showed it, until people had decided, until their decision was taken. */
export const deliveryFigures = (ctx: OrganizationContext, range: Range) =>
  [
    percentilesOf(ctx, range, shownMs, undefined),
    percentilesOf(ctx, range, decidedMs, byPerson),
    percentilesOf(ctx, range, effectiveMs, byPerson),
  ] as const

/** How many requests each person's screen showed. */
export const interruptionFigures = (ctx: OrganizationContext, { from, to }: Range) =>
  ctx.db
    .select({ userId: approvalViews.userId, name: users.name, shown: sql<number>`count(*)`.as('shown') })
    .from(approvalViews)
    .innerJoin(users, eq(users.id, approvalViews.userId))
    .where(
      and(
        eq(approvalViews.organizationId, ctx.organizationId),
        gte(approvalViews.shownAt, from),
        lte(approvalViews.shownAt, to),
      ),
    )
    .groupBy(approvalViews.userId)

/** How each person voted, and in how much time since it was shown to them. */
export const voteFigures = (ctx: OrganizationContext, range: Range) => {
  const ms = sql`max(0, v.at - coalesce(w.shown_at, "approvals"."requested_at"))`
  return ctx.db
    .select({
      userId: sql<string>`votes.user_id`.as('user_id'),
      name: users.name,
      decided: sql<number>`count(*)`.as('decided'),
      allowed: countIf(sql`votes.outcome <> 'reject'`).as('allowed'),
      medianMs: rank(0.5).as('median'),
    })
    .from(
      sql`(select v.user_id, v.outcome, ${ms} as ms, row_number() over (partition by v.user_id order by ${ms}) as place,
          count(*) over (partition by v.user_id) as total
        from ${approvals} join ${approvalVotes} v on v.approval_id = "approvals"."id"
          left join ${approvalViews} w on w.approval_id = v.approval_id and w.user_id = v.user_id
        where ${requestedIn(ctx, range)}) votes`,
    )
    .innerJoin(users, sql`${users.id} = votes.user_id`)
    .groupBy(sql`votes.user_id`)
}

/** What people were asked alike at least `least` times and never refused, the most asked first. */
export const alwaysAllowed = (ctx: OrganizationContext, range: Range, least: number, limit: number) => {
  const allowed = countIf(sql`${byPerson} and ${approvals.outcome} <> 'reject'`)
  const asked = sql<number>`count(*)`
  return ctx.db
    .select({
      pattern: approvals.pattern,
      newest: sql<string>`max(${approvals.id})`.as('newest'),
      asked: asked.as('asked'),
      allowed: allowed.as('allowed'),
    })
    .from(approvals)
    .where(and(requestedIn(ctx, range), isNotNull(approvals.ask), ne(approvals.pattern, '')))
    .groupBy(approvals.source, approvals.action, approvals.pattern, approvals.agentId)
    .having(sql`${allowed} >= ${least} and sum(coalesce(${approvals.outcome}, '') = 'reject') = 0`)
    .orderBy(desc(asked), desc(sql`max(${approvals.id})`))
    .limit(limit)
}

/** How each request went, newest first. */
export const deliveryRows = (
  ctx: OrganizationContext,
  { state }: ListDeliveries,
  limit: number,
  beyond: string | undefined,
) =>
  ctx.db
    .select({
      id: approvals.id,
      source: approvals.source,
      command: approvals.command,
      title: approvals.title,
      seen: approvals.seen,
      state: approvals.state,
      stateReason: approvals.stateReason,
      requestedAt: approvals.requestedAt,
      shownMs,
      decidedMs,
      effectiveMs,
    })
    .from(approvals)
    .where(
      and(
        eq(approvals.organizationId, ctx.organizationId),
        state ? eq(approvals.state, state) : undefined,
        beyond === undefined ? undefined : lt(approvals.id, beyond),
      ),
    )
    .orderBy(desc(approvals.id))
    .limit(limit)
