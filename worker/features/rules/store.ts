import { and, count, desc, eq, gt, gte, lt, or, type Placeholder, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import type { Condition } from '../../platform/db.ts'
import { prepareOnce } from '../../platform/prepared.ts'
import { approvals } from '../approvals/schema.ts'
import { members } from '../organizations/schema.ts'
import { type RuleSetRow, ruleSets } from './schema.ts'

const ofOrganization = (ctx: OrganizationContext) => eq(ruleSets.organizationId, ctx.organizationId)

/** The highest version with its rules, unless it is the one that the caller already has. No row: none was ever written. */
export const newerThanStatement = ({ db, organizationId }: OrganizationContext, version: number) =>
  newerThan(db, { organizationId, version })

const { placeholder } = sql

const newerThan = prepareOnce<{ organizationId: string; version: number }, { version: number; rules: string | null }[]>(
  (db) =>
    db
      .select({
        version: ruleSets.version,
        rules: sql<
          string | null
        >`case when ${ruleSets.version} = ${placeholder('version')} then null else ${ruleSets.rules} end`,
      })
      .from(ruleSets)
      .where(eq(ruleSets.organizationId, placeholder('organizationId')))
      .orderBy(desc(ruleSets.version))
      .limit(1),
)

export const currentRow = async (ctx: OrganizationContext): Promise<RuleSetRow | undefined> => {
  const [row] = await ctx.db.select().from(ruleSets).where(ofOrganization(ctx)).orderBy(desc(ruleSets.version)).limit(1)
  return row
}

export const rowOfVersion = async (ctx: OrganizationContext, version: number): Promise<RuleSetRow | undefined> => {
  const [row] = await ctx.db
    .select()
    .from(ruleSets)
    .where(and(ofOrganization(ctx), eq(ruleSets.version, version)))
  return row
}

/** Without the rules themselves, the newest first. */
export const versionRows = async (ctx: OrganizationContext, below: number | undefined, limit: number) => {
  const { rules, ...columns } = {
    version: ruleSets.version,
    note: ruleSets.note,
    changedByKind: ruleSets.changedByKind,
    changedById: ruleSets.changedById,
    changedByName: ruleSets.changedByName,
    changedAt: ruleSets.changedAt,
    rules: ruleSets.rules,
  }
  return await ctx.db
    .select({ ...columns, count: sql<number>`json_array_length(${rules})` })
    .from(ruleSets)
    .where(and(ofOrganization(ctx), below === undefined ? undefined : lt(ruleSets.version, below)))
    .orderBy(desc(ruleSets.version))
    .limit(limit)
}

type Given = string | number | Placeholder
const isNewestOf = (organizationId: Given, version: Given): Condition =>
  sql`(select coalesce(max(version), 0) from rule_sets where organization_id = ${organizationId}) = ${version}`

/** Within a batch: holds while this version is the highest one; 0 when none was ever written. */
const isNewest = (ctx: OrganizationContext, version: number): Condition => isNewestOf(ctx.organizationId, version)

/** The same for a prepared statement, filled in with `organizationId` and `ruleSetVersion`. */
export const isNewestGiven = isNewestOf(placeholder('organizationId'), placeholder('ruleSetVersion'))

/**
 * Adds the version behind `base`. Of two that come at once one finds the version taken and adds nothing; the condition
 * keeps out a base that was passed by already.
 */
export const insertVersionStatement = (ctx: OrganizationContext, row: RuleSetRow, base: number) =>
  ctx.db.insert(ruleSets).select(
    sql`select ${ctx.organizationId}, ${row.version}, ${JSON.stringify(row.rules)}, ${row.note}, ${row.changedByKind},
        ${row.changedById}, ${row.changedByName}, ${row.changedAt}
        where ${isNewest(ctx, base)}`,
  )

/** Who of these belongs to the organization, with the role: for rules that name people. */
export const membersAmong = async (ctx: OrganizationContext, userIds: string[]) =>
  await ctx.db
    .select({ userId: members.userId, role: members.role })
    .from(members)
    .where(
      and(
        eq(members.organizationId, ctx.organizationId),
        sql`${members.userId} in (select value from json_each(${JSON.stringify(userIds)}))`,
      ),
    )

export const membersPerRole = async (ctx: OrganizationContext) =>
  await ctx.db
    .select({ role: members.role, count: count() })
    .from(members)
    .where(eq(members.organizationId, ctx.organizationId))
    .groupBy(members.role)

/** What rules see of a recorded request, and how it ended: no more columns than that, for a replay reads many. */
const recorded = {
  id: approvals.id,
  source: approvals.source,
  action: approvals.action,
  connectorId: approvals.connectorId,
  agentId: approvals.agentId,
  seen: approvals.seen,
  sessionKey: approvals.sessionKey,
  requestedByKind: approvals.requestedByKind,
  requestedById: approvals.requestedById,
  requestedByName: approvals.requestedByName,
  command: approvals.command,
  arguments: approvals.arguments,
  cwd: approvals.cwd,
  host: approvals.host,
  risk: approvals.risk,
  riskReasons: approvals.riskReasons,
  reversibility: approvals.reversibility,
  costEstimate: approvals.costEstimate,
  requestedAt: approvals.requestedAt,
  outcome: approvals.outcome,
  decidedByKind: approvals.decidedByKind,
}

interface Range {
  /** Milliseconds since 1970; `to` is no longer in it. */
  from: number
  to: number
}

const askedIn = (ctx: OrganizationContext, { from, to }: Range) =>
  and(eq(approvals.organizationId, ctx.organizationId), gte(approvals.requestedAt, from), lt(approvals.requestedAt, to))

export const countAsked = async (ctx: OrganizationContext, range: Range): Promise<number> => {
  const [row] = await ctx.db.select({ count: count() }).from(approvals).where(askedIn(ctx, range))
  return row?.count ?? 0
}

/** The oldest first, from behind `last` on. */
export const recordedRows = async (
  ctx: OrganizationContext,
  { from, to }: Range,
  last: { id: string; requestedAt: number } | null,
  limit: number,
) =>
  await ctx.db
    .select(recorded)
    .from(approvals)
    .where(
      and(
        askedIn(ctx, { from: last?.requestedAt ?? from, to }),
        last ? or(gt(approvals.requestedAt, last.requestedAt), gt(approvals.id, last.id)) : undefined,
      ),
    )
    .orderBy(approvals.requestedAt, approvals.id)
    .limit(limit)

export const askedRow = async (ctx: OrganizationContext, approvalId: string) => {
  const [row] = await ctx.db
    .select(recorded)
    .from(approvals)
    .where(and(eq(approvals.organizationId, ctx.organizationId), eq(approvals.id, approvalId)))
  return row
}
