import { and, desc, eq, getTableColumns, gte, isNull, lte, or, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../../../platform/context.ts'
import { agents } from '../../../agents/schema.ts'
import { artifactRestores, artifactRestoreWrites } from '../../../artifacts/schema.ts'
import type { SnapshotScope } from '../../diff/contract.ts'
import { snapshots } from '../../schema.ts'

const who = {
  requestedById: artifactRestores.requestedById,
  requestedByName: artifactRestores.requestedByName,
  approvalId: artifactRestores.approvalId,
}

export interface Between {
  /** Of `gateway_config` the connector. */
  agentId: string
  connectorId: string
  scope: SnapshotScope
  /** When the version was seen, and the one before it. */
  at: number
  beforeAt: number
}

/** What restores wrote of this that had begun when the version was seen, and had not ended when the one before was. */
const writtenBetween = (ctx: OrganizationContext, { agentId, connectorId, scope, at, beforeAt }: Between) =>
  and(
    eq(artifactRestores.organizationId, ctx.organizationId),
    eq(artifactRestores.connectorId, connectorId),
    lte(artifactRestores.startedAt, at),
    or(isNull(artifactRestores.endedAt), gte(artifactRestores.endedAt, beforeAt)),
    eq(artifactRestoreWrites.scope, sql`${scope}`),
    scope === 'gateway_config'
      ? undefined
      : sql`${artifactRestoreWrites.agent} = (select external_id from ${agents} where ${agents.id} = ${agentId})`,
  )

/** The restore that told of exactly this step from one content to another, and has made no version of it yet. */
export const restoreThatWrote = async (
  ctx: OrganizationContext,
  between: Between,
  { before, after }: { before: string; after: string },
) => {
  const [row] = await ctx.db
    .select(who)
    .from(artifactRestores)
    .innerJoin(artifactRestoreWrites, eq(artifactRestoreWrites.restoreId, artifactRestores.id))
    .where(
      and(
        writtenBetween(ctx, between),
        eq(artifactRestoreWrites.before, before),
        eq(artifactRestoreWrites.after, after),
        sql`not exists (select 1 from snapshots made where made.agent_id = ${between.agentId}
          and made.scope = ${between.scope} and made.hash = ${after} and made.cause = 'restore'
          and made.at >= ${artifactRestores.startedAt})`,
      ),
    )
    .orderBy(desc(artifactRestores.id))
    .limit(1)
  return row
}

/** The files that restores wrote; those of the newest restore first. */
export const filesWritten = (ctx: OrganizationContext, between: Between) =>
  ctx.db
    .select({
      ...who,
      restoreId: artifactRestores.id,
      name: artifactRestoreWrites.name,
      sha256: artifactRestoreWrites.after,
    })
    .from(artifactRestores)
    .innerJoin(artifactRestoreWrites, eq(artifactRestoreWrites.restoreId, artifactRestores.id))
    .where(writtenBetween(ctx, between))
    .orderBy(desc(artifactRestores.id))
    .limit(1_000)

/**
 * Newest versions of `elsewhere` at this connector's gateway that are what the restore under way there wrote, upon what it
 * wrote it on: somebody looked before that was told.
 */
export const takenForElsewhere = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select({ version: getTableColumns(snapshots), ...who })
    .from(artifactRestores)
    .innerJoin(artifactRestoreWrites, eq(artifactRestoreWrites.restoreId, artifactRestores.id))
    .innerJoin(
      snapshots,
      sql`${snapshots.agentId} = case ${artifactRestoreWrites.scope} when 'gateway_config' then ${connectorId}
        else (select id from agents where connector_id = ${connectorId} and external_id = ${artifactRestoreWrites.agent}) end
        and ${snapshots.scope} = ${artifactRestoreWrites.scope}
        and ${snapshots.version} = (select max(version) from snapshots newest
          where newest.agent_id = ${snapshots.agentId} and newest.scope = ${snapshots.scope})`,
    )
    .where(
      and(
        eq(artifactRestores.organizationId, ctx.organizationId),
        eq(artifactRestores.connectorId, connectorId),
        eq(artifactRestores.state, 'started'),
        eq(snapshots.organizationId, ctx.organizationId),
        eq(snapshots.cause, 'elsewhere'),
        eq(snapshots.hash, artifactRestoreWrites.after),
        gte(snapshots.at, artifactRestores.startedAt),
        sql`exists (select 1 from snapshots before where before.agent_id = ${snapshots.agentId}
          and before.scope = ${snapshots.scope} and before.version = ${snapshots.version} - 1
          and before.hash = ${artifactRestoreWrites.before})`,
      ),
    )
