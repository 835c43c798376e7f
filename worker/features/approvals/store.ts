import {
  and,
  asc,
  count,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  lt,
  lte,
  ne,
  notInArray,
  sql,
} from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import type { Database } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { agents } from '../agents/schema.ts'
import { connectors } from '../connectors/schema.ts'
import type { ApprovalState, ListApprovals } from './contract.ts'
import { approvals } from './schema.ts'

const described = (ctx: OrganizationContext) =>
  ctx.db
    .select({
      ...getTableColumns(approvals),
      connectorName: sql<string>`coalesce(${connectors.name}, '')`,
      agentName: agents.name,
    })
    .from(approvals)
    .leftJoin(connectors, eq(connectors.id, approvals.connectorId))
    .leftJoin(agents, eq(agents.id, approvals.agentId))

export type DescribedApproval = Awaited<ReturnType<typeof described>>[number]

const inOrganization = (ctx: OrganizationContext) => eq(approvals.organizationId, ctx.organizationId)
const openStates: ApprovalState[] = ['pending', 'decided', 'delivered']

export const getApproval = async (ctx: OrganizationContext, id: string): Promise<DescribedApproval> => {
  const [row] = await described(ctx).where(and(inOrganization(ctx), eq(approvals.id, id)))
  if (!row) throw notFound('Approval')
  return row
}

export const approvalByExternalId = async (ctx: OrganizationContext, connectorId: string, externalId: string) => {
  const [row] = await ctx.db
    .select()
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.connectorId, connectorId), eq(approvals.externalId, externalId)))
  return row
}

/** At most as many as one frame can name. */
export const approvalRowsByExternalId = (ctx: OrganizationContext, connectorId: string, externalIds: string[]) =>
  ctx.db
    .select()
    .from(approvals)
    .where(
      and(
        inOrganization(ctx),
        eq(approvals.connectorId, connectorId),
        sql`${approvals.externalId} in (select value from json_each(${JSON.stringify(externalIds)}))`,
      ),
    )

export const listApprovalRows = (
  ctx: OrganizationContext,
  filter: ListApprovals,
  limit: number,
  beyond: string | undefined,
) => {
  const { state } = filter
  return described(ctx)
    .where(
      and(
        inOrganization(ctx),
        state === 'open' ? inArray(approvals.state, openStates) : undefined,
        state === 'closed' ? notInArray(approvals.state, openStates) : undefined,
        state === 'mine' ? eq(approvals.state, 'pending') : undefined,
        state && state !== 'open' && state !== 'closed' && state !== 'mine' ? eq(approvals.state, state) : undefined,
        filter.agentId ? eq(approvals.agentId, filter.agentId) : undefined,
        filter.connectorId ? eq(approvals.connectorId, filter.connectorId) : undefined,
        filter.risk ? eq(approvals.risk, filter.risk) : undefined,
        beyond === undefined ? undefined : lt(approvals.id, beyond),
      ),
    )
    .orderBy(desc(approvals.id))
    .limit(limit)
}

/** Pending approvals, the next to expire first. */
export const urgentApprovalRows = (ctx: OrganizationContext, now: number, limit: number) =>
  described(ctx)
    .where(and(inOrganization(ctx), eq(approvals.state, 'pending'), gt(approvals.expiresAt, now)))
    .orderBy(asc(approvals.expiresAt))
    .limit(limit)

export const insertApprovalStatement = (ctx: OrganizationContext, row: typeof approvals.$inferInsert) =>
  ctx.db
    .insert(approvals)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

type Change = Partial<typeof approvals.$inferInsert>

/** Changes the approval only from one of the given states: whoever comes second changes no row. */
export const moveApprovalStatement = (ctx: OrganizationContext, id: string, from: ApprovalState[], change: Change) =>
  ctx.db
    .update(approvals)
    .set(change)
    .where(and(inOrganization(ctx), eq(approvals.id, id), inArray(approvals.state, from)))

/** Wins only while the approval is still pending and in time; a loser updates no row. */
export const decideStatement = (ctx: OrganizationContext, id: string, now: number, change: Change) =>
  ctx.db
    .update(approvals)
    .set({ ...change, state: 'decided', decidedAt: now })
    .where(and(inOrganization(ctx), eq(approvals.id, id), eq(approvals.state, 'pending'), gt(approvals.expiresAt, now)))

/** Decisions that the gateway has not taken yet. */
export const undeliveredRows = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.connectorId, connectorId), eq(approvals.state, 'decided')))

export const openApprovalRows = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.connectorId, connectorId), inArray(approvals.state, openStates)))

/** Open approvals of a connector that were asked before `before`. */
export const openRowsBefore = (ctx: OrganizationContext, connectorId: string, before: number) =>
  ctx.db
    .select()
    .from(approvals)
    .where(
      and(
        inOrganization(ctx),
        eq(approvals.connectorId, connectorId),
        inArray(approvals.state, openStates),
        lt(approvals.requestedAt, before),
      ),
    )

/** Everything overdue, of all organizations, for the clock. */
export const overdueRows = (db: Database, now: number, limit: number) =>
  db
    .select()
    .from(approvals)
    .where(and(inArray(approvals.state, ['pending', 'decided']), lte(approvals.expiresAt, now)))
    .limit(limit)

/** Decisions made some time ago that no gateway has taken, of all organizations. */
export const strandedRows = (db: Database, decidedBefore: number, limit: number) =>
  db
    .select()
    .from(approvals)
    .where(and(eq(approvals.state, 'decided'), lte(approvals.decidedAt, decidedBefore)))
    .limit(limit)

export const decisionFigures = async (ctx: OrganizationContext, since: number) => {
  const decided = and(
    inOrganization(ctx),
    isNotNull(approvals.decidedAt),
    gte(approvals.decidedAt, since),
    ne(approvals.decidedByKind, 'gateway'),
  )
  const [totals] = await ctx.db
    .select({ decided: count(), rejected: sql<number>`coalesce(sum(${approvals.outcome} = 'reject'), 0)` })
    .from(approvals)
    .where(decided)
  const middle = Math.floor(((totals?.decided ?? 0) - 1) / 2)
  const [median] =
    middle < 0
      ? []
      : await ctx.db
          .select({ tookMs: sql<number>`${approvals.decidedAt} - ${approvals.requestedAt}` })
          .from(approvals)
          .where(decided)
          .orderBy(sql`1`)
          .limit(1)
          .offset(middle)
  return { decided: totals?.decided ?? 0, rejected: totals?.rejected ?? 0, medianMs: median?.tookMs ?? null }
}

export const pendingFigures = async (ctx: OrganizationContext, now: number, soon: number) => {
  const [row] = await ctx.db
    .select({ pending: count(), soon: sql<number>`coalesce(sum(${approvals.expiresAt} <= ${soon}), 0)` })
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.state, 'pending'), gt(approvals.expiresAt, now)))
  return { pending: row?.pending ?? 0, soon: row?.soon ?? 0 }
}
