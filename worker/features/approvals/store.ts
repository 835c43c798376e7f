import { and, count, eq, getTableColumns, gt, gte, inArray, isNotNull, lt, ne, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import { always, type Condition } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { prepareEach } from '../../platform/prepared.ts'
import { agents } from '../agents/schema.ts'
import { connectors } from '../connectors/schema.ts'
import type { ApprovalState } from './contract.ts'
import { type ApprovalRow, approvals } from './schema.ts'

const inOrganization = (ctx: OrganizationContext) => eq(approvals.organizationId, ctx.organizationId)
export const openStates: ApprovalState[] = ['pending', 'decided', 'delivered']

export const getApprovalRow = async (ctx: OrganizationContext, id: string): Promise<ApprovalRow> => {
  const [row] = await ctx.db
    .select()
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.id, id)))
  if (!row) throw notFound('Approval')
  return row
}

/** What tells a request apart from another one of its requester: the gateway's id of it, or the key it came with. */
export type Told =
  | { by: 'gateway'; connectorId: string; externalId: string }
  | { by: 'key'; requestedById: string; idempotencyKey: string }

const isTold = (ctx: OrganizationContext, told: Told): Condition | undefined =>
  told.by === 'gateway'
    ? and(inOrganization(ctx), eq(approvals.connectorId, told.connectorId), eq(approvals.externalId, told.externalId))
    : and(
        inOrganization(ctx),
        eq(approvals.requestedById, told.requestedById),
        eq(approvals.idempotencyKey, told.idempotencyKey),
      )

export const toldStatement = (ctx: OrganizationContext, told: Told) =>
  ctx.db.select().from(approvals).where(isTold(ctx, told))

/** Within a batch: holds while the request has not been told before. */
export const isNew = (ctx: OrganizationContext, told: Told): Condition =>
  sql`not exists (select 1 from ${approvals} where ${isTold(ctx, told)})`

const columns = Object.entries(getTableColumns(approvals)).map(([key, column]) => ({ key, slot: `row.${key}`, column }))
const given = sql.join(
  columns.map(({ slot }) => sql.placeholder(slot)),
  sql`, `,
)

/** Under which condition an approval is written; what of it a statement has to be filled in with. */
export interface Under {
  condition: Condition
  values: Record<string, unknown>
}

const unconditionally: Under = { condition: always, values: {} }

const insertions = prepareEach<Condition, Record<string, unknown>, D1Result>(
  (condition) => condition,
  (db, condition) => db.insert(approvals).select(sql`select ${given} where ${condition}`).onConflictDoNothing(),
)

/** Writes the approval under the condition, one that is made once, unless it is there already. */
export const insertApprovalStatement = (
  { db, organizationId }: OrganizationContext,
  approval: ApprovalRow,
  { condition, values }: Under = unconditionally,
) => {
  const fields: Record<string, unknown> = { ...approval, organizationId }
  const filled: Record<string, unknown> = { ...values }
  for (const { key, slot, column } of columns) {
    const value = fields[key] ?? null
    filled[slot] = value === null ? null : column.mapToDriverValue(value)
  }
  return insertions(db, condition, filled)
}

/** How an agent and its connector are called now; undefined for an agent of somebody else. */
export const describeAgentStatement = (ctx: OrganizationContext, agentId: string) =>
  ctx.db
    .select({
      connectorId: agents.connectorId,
      agent: { externalId: agents.externalId, name: agents.name, model: sql<string>`coalesce(${agents.model}, '')` },
      connector: { name: sql<string>`coalesce(${connectors.name}, '')` },
    })
    .from(agents)
    .leftJoin(connectors, eq(connectors.id, agents.connectorId))
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, agentId)))

export const connectorNameStatement = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select({ name: connectors.name })
    .from(connectors)
    .where(and(eq(connectors.organizationId, ctx.organizationId), eq(connectors.id, connectorId)))

export const approvalByExternalId = async (ctx: OrganizationContext, connectorId: string, externalId: string) => {
  const [row] = await toldStatement(ctx, { by: 'gateway', connectorId, externalId })
  return row
}

/** At most as many as one frame can name. */
export const approvalRowsByExternalId = async (
  ctx: OrganizationContext,
  connectorId: string,
  externalIds: string[],
): Promise<ApprovalRow[]> =>
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

type Change = Partial<typeof approvals.$inferInsert>

/** Changes the approval only from one of the given states: whoever comes second changes no row. */
export const moveApprovalStatement = (ctx: OrganizationContext, id: string, from: ApprovalState[], change: Change) =>
  ctx.db
    .update(approvals)
    .set(change)
    .where(and(inOrganization(ctx), eq(approvals.id, id), inArray(approvals.state, from)))

/** Whether the gateway is to remember an allow-always: the grant that was made of the approval says so. */
export const isForGateway = sql<boolean>`exists (select 1 from grants
  where grants.approval_id = "approvals"."id" and grants.gateway <> 'none')`.mapWith(Boolean)

export const isForGatewayStatement = (ctx: OrganizationContext, id: string) =>
  ctx.db
    .select({ forGateway: isForGateway })
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.id, id)))

/** Decisions that a gateway has not taken yet. */
export const undeliveredRows = async (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select({ approval: approvals, forGateway: isForGateway })
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.connectorId, connectorId), eq(approvals.state, 'decided')))

export const openApprovalRows = async (ctx: OrganizationContext, connectorId: string): Promise<ApprovalRow[]> =>
  ctx.db
    .select()
    .from(approvals)
    .where(and(inOrganization(ctx), eq(approvals.connectorId, connectorId), inArray(approvals.state, openStates)))

/** Open approvals of a connector that were asked before `before`. */
export const openRowsBefore = async (
  ctx: OrganizationContext,
  connectorId: string,
  before: number,
): Promise<ApprovalRow[]> =>
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
