import {
  and,
  asc,
  desc,
  eq,
  getTableColumns,
  gt,
  inArray,
  lt,
  notInArray,
  type Placeholder,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { Role } from '../../../platform/access/contract.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import type { Condition, Database } from '../../../platform/db.ts'
import { notFound } from '../../../platform/errors.ts'
import { prepareOnce } from '../../../platform/prepared.ts'
import { users } from '../../users/index.ts'
import type { ApprovalState, ListApprovals } from '../contract.ts'
import { approvalComments, approvals, approvalViews, approvalVotes, type VoteRow } from '../schema.ts'

/** A vote without what proves it. */
export type CastVote = Omit<VoteRow, 'organizationId' | 'approvalId' | 'assertion' | 'role'> & {
  role: Role
  signed: boolean
}

const openStates: ApprovalState[] = ['pending', 'decided', 'delivered']

const votesOf = sql<string>`(
  select json_group_array(json_object('id', v.id, 'userId', v.user_id, 'role', v.role, 'byKind', v.by_kind, 'byId', v.by_id,
    'byName', v.by_name, 'outcome', v.outcome, 'reason', v.reason, 'digest', v.digest,
    'signed', json(iif(v.assertion is null, 'false', 'true')), 'at', v.at) order by v.id)
  from ${approvalVotes} v where v.approval_id = "approvals"."id")`.mapWith((votes: string): CastVote[] =>
  JSON.parse(votes),
)

const commentsOf = sql<number>`(select count(*) from ${approvalComments} c where c.approval_id = "approvals"."id")`

type Given = string | Placeholder

/** Approvals with all that their view needs, in one statement however many they are. */
const reading = (db: Database, organizationId: Given, personId: Given, where: SQL | undefined) =>
  db
    .select({
      ...getTableColumns(approvals),
      assigneeName: users.name,
      snoozedUntil: approvalViews.snoozedUntil,
      openedAt: approvalViews.openedAt,
      votes: votesOf.as('votes'),
      comments: commentsOf.as('comments'),
    })
    .from(approvals)
    .leftJoin(users, eq(users.id, approvals.assigneeId))
    .leftJoin(approvalViews, and(eq(approvalViews.approvalId, approvals.id), eq(approvalViews.userId, personId)))
    .where(and(eq(approvals.organizationId, organizationId), where))

export type ReadApproval = Awaited<ReturnType<typeof reading>>[number]

const personOf = (ctx: OrganizationContext): string => ctx.person?.id ?? ''

const readingWhere = (ctx: OrganizationContext, where: SQL | undefined) =>
  reading(ctx.db, ctx.organizationId, personOf(ctx), where)

const { placeholder } = sql
/** What each decision reads, twice. */
const readingByIds = prepareOnce<{ organizationId: string; personId: string; ids: string }, ReadApproval[]>((db) =>
  reading(
    db,
    placeholder('organizationId'),
    placeholder('personId'),
    sql`"approvals"."id" in (select value from json_each(${placeholder('ids')}))`,
  ),
)

/** Throws `not_found`. */
export const readApproval = async (ctx: OrganizationContext, id: string): Promise<ReadApproval> => {
  const [row] = await readingManyStatement(ctx, [id]).run()
  if (!row) throw notFound('Approval')
  return row
}

/** Those of the ids that are approvals of the organization. */
export const readingManyStatement = (ctx: OrganizationContext, ids: string[]) =>
  readingByIds(ctx.db, { organizationId: ctx.organizationId, personId: personOf(ctx), ids: JSON.stringify(ids) })

/** A page of the list, newest first. */
export const listApprovalRows = async (
  ctx: OrganizationContext,
  filter: ListApprovals,
  limit: number,
  beyond: string | undefined,
): Promise<ReadApproval[]> =>
  readingWhere(
    ctx,
    and(
      stateIs(ctx, filter.state),
      filter.agentId ? eq(approvals.agentId, filter.agentId) : undefined,
      filter.connectorId ? eq(approvals.connectorId, filter.connectorId) : undefined,
      filter.risk ? eq(approvals.risk, filter.risk) : undefined,
      filter.source ? eq(approvals.source, filter.source) : undefined,
      filter.outcome ? eq(approvals.outcome, filter.outcome) : undefined,
      beyond === undefined ? undefined : lt(approvals.id, beyond),
    ),
  )
    .orderBy(desc(approvals.id))
    .limit(limit)

const stateIs = (ctx: OrganizationContext, state: ListApprovals['state']): Condition | undefined => {
  if (state === undefined) return undefined
  if (state === 'open') return inArray(approvals.state, openStates)
  if (state === 'closed') return notInArray(approvals.state, openStates)
  return state === 'mine' ? mine(ctx) : eq(approvals.state, state)
}

/** What `personRefused` of the decision's rules says of a person, in SQL: a page of the inbox is cut where it is read. */
const mine = (ctx: OrganizationContext): Condition => {
  const { person } = ctx
  if (person === null || !ctx.capabilities.has('approvals.decide')) return sql`false`
  const now = ctx.now().getTime()
  const isIn = (audience: SQL) => sql`(
    exists (select 1 from json_each(${audience}, '$.roles') where value = ${person.role})
    or exists (select 1 from json_each(${audience}, '$.members') where value = ${person.id}))`
  const ask = sql`"approvals"."ask"`
  return sql`${approvals.state} = 'pending' and ${approvals.expiresAt} > ${now} and ${ask} is not null
    and (exists (select 1 from json_each(${ask}, '$.groups') g where ${isIn(sql`g.value`)})
      or (${approvals.escalatesAt} <= ${now} and ${isIn(sql`json_extract(${ask}, '$.escalate.to')`)}))
    and not (json_extract(${ask}, '$.separationOfDuty') and coalesce(${approvals.requestedByUser}, '') = ${person.id})
    and not exists (select 1 from ${approvalVotes} v where v.approval_id = "approvals"."id" and v.user_id = ${person.id})
    and coalesce(${approvalViews.snoozedUntil}, 0) <= ${now}`
}

/** Pending approvals, the next to expire first. */
export const urgentApprovalRows = async (
  ctx: OrganizationContext,
  now: number,
  limit: number,
): Promise<ReadApproval[]> =>
  readingWhere(ctx, and(eq(approvals.state, 'pending'), gt(approvals.expiresAt, now)))
    .orderBy(asc(approvals.expiresAt))
    .limit(limit)
