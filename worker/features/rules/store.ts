import { and, desc, eq, inArray, lt, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import { members } from '../organizations/schema.ts'
import { type RuleSetRow, ruleSets } from './schema.ts'

const ofOrganization = (ctx: OrganizationContext) => eq(ruleSets.organizationId, ctx.organizationId)

/** The highest version with its rules, unless it is the one that the caller already has. Undefined: none was ever written. */
export const newerThan = async (ctx: OrganizationContext, version: number) => {
  const [row] = await ctx.db
    .select({
      version: ruleSets.version,
      rules: sql<string | null>`case when ${ruleSets.version} = ${version} then null else ${ruleSets.rules} end`,
    })
    .from(ruleSets)
    .where(ofOrganization(ctx))
    .orderBy(desc(ruleSets.version))
    .limit(1)
  return row
}

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

/**
 * Adds the version behind `base`. Of two that come at once one finds the version taken and adds nothing; the condition
 * keeps out a base that was passed by already.
 */
export const insertVersionStatement = (ctx: OrganizationContext, row: RuleSetRow, base: number) =>
  ctx.db.insert(ruleSets).select(
    sql`select ${ctx.organizationId}, ${row.version}, ${JSON.stringify(row.rules)}, ${row.note}, ${row.changedByKind},
        ${row.changedById}, ${row.changedByName}, ${row.changedAt}
        where (select coalesce(max(version), 0) from rule_sets where organization_id = ${ctx.organizationId}) = ${base}`,
  )

/** Who of these belongs to the organization, with the role: for rules that name people. */
export const membersAmong = async (ctx: OrganizationContext, userIds: string[]) =>
  await ctx.db
    .select({ userId: members.userId, role: members.role })
    .from(members)
    .where(and(eq(members.organizationId, ctx.organizationId), inArray(members.userId, userIds)))
