import { and, desc, eq, ne, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/sqlite-core'
import type { OrganizationContext } from '../../../platform/context.ts'
import { agents } from '../../agents/schema.ts'
import { connectors } from '../../connectors/schema.ts'
import { type ListDrift, trustedCauses } from '../contract.ts'
import type { SnapshotScope } from '../diff/contract.ts'
import { type DriftIgnoresRow, driftIgnores, snapshots } from '../schema.ts'

const newest = alias(snapshots, 'newest')

const trusted = alias(snapshots, 'trusted')

const first = alias(snapshots, 'first')

/** Where a page of drift goes on, newest first: when it began, and whose it is among those of one moment. */
export interface BeyondDrift {
  since: number
  agentId: string
  /** Of that agent this scope has not been told yet. */
  isOpen: boolean
}

/**
 * Active agents whose newest version of a scope is another than the newest that was made or accepted here. Found by each
 * agent's own end of the index, however many versions there are; what of it nobody minds is for the caller to say.
 */
export const driftCandidates = (
  ctx: OrganizationContext,
  scope: SnapshotScope,
  filter: Pick<ListDrift, 'connectorId' | 'agentId' | 'resourceGroup'>,
  limit: number,
  beyond: BeyondDrift | undefined,
) => {
  const isShared = scope === 'gateway_config'
  const subject = isShared ? agents.connectorId : agents.id
  const last = (only: SQL) =>
    sql`(select version from snapshots where agent_id = ${subject} and scope = ${scope} and ${only} order by version desc limit 1)`
  const isOf = (table: typeof newest | typeof trusted | typeof first, version: SQL) =>
    and(eq(table.agentId, subject), eq(table.scope, scope), eq(table.version, version))
  return ctx.db
    .select({
      agentId: agents.id,
      agentName: isShared
        ? sql<string>`(select name from ${connectors} where id = ${agents.connectorId})`
        : sql<string>`coalesce(${agents.displayName}, ${agents.name})`,
      connectorId: agents.connectorId,
      newest: newest.version,
      newestHash: newest.hash,
      newestCause: newest.cause,
      isHeld: sql<number>`${agents.stopOrderId} is not null`,
      at: newest.at,
      trusted: trusted.version,
      trustedHash: trusted.hash,
      since: first.at,
    })
    .from(agents)
    .innerJoin(newest, isOf(newest, last(sql`true`)))
    .innerJoin(trusted, isOf(trusted, last(sql`cause in ${trustedCauses}`)))
    .innerJoin(first, isOf(first, sql`${trusted.version} + 1`))
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.state, 'active'),
        filter.connectorId === undefined ? undefined : eq(agents.connectorId, filter.connectorId),
        filter.agentId === undefined ? undefined : eq(agents.id, filter.agentId),
        filter.resourceGroup === undefined ? undefined : eq(agents.resourceGroup, filter.resourceGroup),
        ne(newest.hash, trusted.hash),
        isShared ? isFirstOfGateway(filter) : undefined,
        beyond &&
          sql`(${first.at}, ${agents.id}) ${beyond.isOpen ? sql`<=` : sql`<`} (${beyond.since}, ${beyond.agentId})`,
      ),
    )
    .orderBy(desc(first.at), desc(agents.id))
    .limit(limit)
}

/** Of the active agents of a gateway that fit a filter one, so that what they share is told once. */
const isFirstOfGateway = ({ agentId, resourceGroup }: Pick<ListDrift, 'agentId' | 'resourceGroup'>) =>
  agentId === undefined
    ? sql`${agents.id} = (select min(peer.id) from agents as peer where peer.connector_id = ${agents.connectorId}
        and peer.state = 'active'
        and ${resourceGroup === undefined ? sql`true` : sql`peer.resource_group = ${resourceGroup}`})`
    : undefined

export const ignoresRow = async (ctx: OrganizationContext): Promise<DriftIgnoresRow | undefined> => {
  const [row] = await ctx.db.select().from(driftIgnores).where(eq(driftIgnores.organizationId, ctx.organizationId))
  return row
}

/** Only directly behind the version that the caller has seen; the first is made on none. */
export const putIgnoresStatement = (ctx: OrganizationContext, row: DriftIgnoresRow) =>
  ctx.db
    .insert(driftIgnores)
    .select(
      sql`select ${ctx.organizationId}, ${row.version}, ${JSON.stringify(row.patterns)}, ${row.changedAt}, ${row.changedByName}
        where coalesce((select version from drift_ignores where organization_id = ${ctx.organizationId}), 0) = ${row.version - 1}`,
    )
    .onConflictDoUpdate({
      target: driftIgnores.organizationId,
      set: {
        version: sql`excluded.version`,
        patterns: sql`excluded.patterns`,
        changedAt: sql`excluded.changed_at`,
        changedByName: sql`excluded.changed_by_name`,
      },
    })
