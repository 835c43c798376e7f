import { and, desc, eq, isNotNull, lt, type SQL, sql } from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import { type Condition, insertWhere, type Statement } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { agentChanges } from '../agents/schema.ts'
import { memoryContents, memoryVersions, type VersionRow } from './schema.ts'

/** What is kept: for each file, for each agent, and how many bytes for each agent; the oldest go first. */
const versionsOfFile = 100
const versionsOfAgent = 2_000
const bytesOfAgent = 32 * 1024 * 1024

const ofAgent = (ctx: OrganizationContext, agentId: string) =>
  and(eq(memoryVersions.organizationId, ctx.organizationId), eq(memoryVersions.agentId, agentId))

/** Of what was written from here only what the gateway confirmed was ever there. */
const counts = sql`(${memoryVersions.changeId} is null or exists (
  select 1 from ${agentChanges} where ${agentChanges.id} = ${memoryVersions.changeId} and ${agentChanges.state} = 'confirmed'
))`

export const versionRows = (
  ctx: OrganizationContext,
  agentId: string,
  { path, limit, beyond }: { path: string; limit: number; beyond?: string | undefined },
): Promise<VersionRow[]> =>
  ctx.db
    .select()
    .from(memoryVersions)
    .where(
      and(
        ofAgent(ctx, agentId),
        eq(memoryVersions.path, path),
        counts,
        beyond === undefined ? undefined : lt(memoryVersions.id, beyond),
      ),
    )
    .orderBy(desc(memoryVersions.id))
    .limit(limit)

/** The newest version of each file of an agent. */
export const newestVersionRows = (ctx: OrganizationContext, agentId: string): Promise<VersionRow[]> =>
  ctx.db
    .select()
    .from(memoryVersions)
    .where(
      sql`${memoryVersions.id} in (
        select max(${memoryVersions.id}) from ${memoryVersions} where ${and(ofAgent(ctx, agentId), counts)}
        group by ${memoryVersions.path}
      )`,
    )

export const getVersion = async (ctx: OrganizationContext, agentId: string, id: string): Promise<VersionRow> => {
  const [row] = await ctx.db
    .select()
    .from(memoryVersions)
    .where(and(ofAgent(ctx, agentId), eq(memoryVersions.id, id), counts))
  if (!row) throw notFound('Version')
  return row
}

export const sealedContent = async (
  ctx: OrganizationContext,
  agentId: string,
  digest: string,
): Promise<string | undefined> => {
  const [row] = await ctx.db
    .select({ sealed: memoryContents.sealed })
    .from(memoryContents)
    .where(
      and(
        eq(memoryContents.organizationId, ctx.organizationId),
        eq(memoryContents.agentId, agentId),
        eq(memoryContents.digest, digest),
      ),
    )
  return row?.sealed
}

export const insertContentStatement = (ctx: OrganizationContext, row: typeof memoryContents.$inferInsert) =>
  ctx.db
    .insert(memoryContents)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

export const insertVersionStatement = (ctx: OrganizationContext, row: VersionRow) =>
  ctx.db.insert(memoryVersions).values({ ...row, organizationId: ctx.organizationId })

/** The first version of a file; only of one that is there. */
export const insertFirstVersionStatement = (ctx: OrganizationContext, row: VersionRow) =>
  insertWhere(
    ctx.db,
    memoryVersions,
    { ...row, organizationId: ctx.organizationId },
    sql`${row.hash} is not null and not exists (${anyVersion(ctx, row)})`,
  )

/** Only where the newest version is another one, and no write from here is under way that makes it this one. */
export const insertChangedVersionStatement = (ctx: OrganizationContext, row: VersionRow) =>
  insertWhere(
    ctx.db,
    memoryVersions,
    { ...row, organizationId: ctx.organizationId },
    sql`exists (${anyVersion(ctx, row)})
      and not exists (select 1 from (${newestHash(ctx, row)}) where hash is ${row.hash})
      and not exists (${underWay(ctx, row)})`,
  )

const anyVersion = (ctx: OrganizationContext, { agentId, path }: VersionRow): SQL =>
  sql`select 1 from ${memoryVersions} where ${and(ofAgent(ctx, agentId), eq(memoryVersions.path, path), counts)}`

const newestHash = (ctx: OrganizationContext, { agentId, path }: VersionRow): SQL =>
  sql`select ${memoryVersions.hash} as hash from ${memoryVersions}
    where ${and(ofAgent(ctx, agentId), eq(memoryVersions.path, path), counts)} order by ${memoryVersions.id} desc limit 1`

const underWay = (ctx: OrganizationContext, { agentId, path, hash }: VersionRow): SQL =>
  sql`select 1 from ${memoryVersions} join ${agentChanges} on ${agentChanges.id} = ${memoryVersions.changeId}
    where ${and(ofAgent(ctx, agentId), eq(memoryVersions.path, path))}
    and ${memoryVersions.hash} is ${hash} and ${agentChanges.state} = 'ordered'`

export const seenStatement = (ctx: OrganizationContext, agentId: string, id: string, at: number) =>
  ctx.db
    .update(memoryVersions)
    .set({ seenAt: sql`max(${memoryVersions.seenAt}, ${at})` })
    .where(and(ofAgent(ctx, agentId), eq(memoryVersions.id, id)))

/** Lets go of what is beyond the bounds, of writes that failed, and of the texts that nothing names any more. */
export const pruneStatements = (ctx: OrganizationContext, agentId: string): Statement[] => [
  ctx.db.delete(memoryVersions).where(
    and(
      ofAgent(ctx, agentId),
      sql`${memoryVersions.id} in (
        select id from (
          select id,
            row_number() over (partition by path order by id desc) as of_file,
            row_number() over (order by id desc) as of_agent,
            sum(size_bytes) over (order by id desc) as bytes
          from memory_versions where organization_id = ${ctx.organizationId} and agent_id = ${agentId}
        ) where of_file > ${versionsOfFile} or of_agent > ${versionsOfAgent} or bytes > ${bytesOfAgent}
        union all
        select v.id from memory_versions v join agent_changes c on c.id = v.change_id
          where v.organization_id = ${ctx.organizationId} and v.agent_id = ${agentId} and c.state = 'failed'
      )`,
    ),
  ),
  ctx.db.delete(memoryContents).where(
    and(
      eq(memoryContents.organizationId, ctx.organizationId),
      eq(memoryContents.agentId, agentId),
      sql`${memoryContents.digest} not in (${ctx.db
        .select({ digest: memoryVersions.digest })
        .from(memoryVersions)
        .where(and(ofAgent(ctx, agentId), isNotNull(memoryVersions.digest)))})`,
    ),
  ),
]

/** For the batch that removes a connector: what it told of its agents' memories goes with it. */
export const forgetMemoryOfConnectorStatements = (
  ctx: OrganizationContext,
  connectorId: string,
): [Statement, Statement] => [
  ctx.db
    .delete(memoryVersions)
    .where(and(eq(memoryVersions.organizationId, ctx.organizationId), eq(memoryVersions.connectorId, connectorId))),
  ctx.db
    .delete(memoryContents)
    .where(and(eq(memoryContents.organizationId, ctx.organizationId), eq(memoryContents.connectorId, connectorId))),
]

/** What is kept of one agent's memory, as far as `condition` holds in the batch that forgets the agent. */
export const forgetMemoryOfAgentStatements = (
  ctx: OrganizationContext,
  agentId: string,
  condition: Condition,
): [Statement, Statement] => [
  ctx.db.delete(memoryVersions).where(and(ofAgent(ctx, agentId), condition)),
  ctx.db
    .delete(memoryContents)
    .where(and(eq(memoryContents.organizationId, ctx.organizationId), eq(memoryContents.agentId, agentId), condition)),
]
