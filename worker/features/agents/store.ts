import { and, asc, count, desc, eq, getTableColumns, isNotNull, isNull, or, type SQL, sql } from 'drizzle-orm'
import type { SQLiteColumn } from 'drizzle-orm/sqlite-core'
import type { OrganizationContext } from '../../platform/context.ts'
import type { Condition, Database } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { prepareEach, prepareOnce } from '../../platform/prepared.ts'
import { approvals } from '../approvals/schema.ts'
import { connectors } from '../connectors/schema.ts'
import { hasHealth, nearLimitSince } from '../health/index.ts'
import { killedAgents } from '../kill-switch/schema.ts'
import { users } from '../users/index.ts'
import type { Agent, ListAgents } from './contract.ts'
import { agents } from './schema.ts'

/** Agents with what is known of them elsewhere: their connector and how many decisions they wait for. */
const described = (db: Database) =>
  db
    .select({
      ...getTableColumns(agents),
      connectorName: sql<string>`coalesce(${connectors.name}, '')`,
      connectorState: connectors.state,
      connectorGroups: connectors.groups,
      connectorHealth: {
        state: connectors.state,
        health: connectors.health,
        healthCauses: connectors.healthCauses,
        healthSince: connectors.healthSince,
        isFlapping: connectors.isFlapping,
        lastSeenAt: connectors.lastSeenAt,
      },
      gatewayConnected: connectors.gatewayConnected,
      ownerName: users.name,
      stopState: killedAgents.state,
      nearLimitSince,
      // The literal is what the partial index is of; a bound value would not be seen to fit it.
      pendingApprovals: db.$count(
        approvals,
        and(eq(approvals.agentId, agents.id), sql`${approvals.state} = 'pending'`),
      ),
    })
    .from(agents)
    .leftJoin(connectors, eq(connectors.id, agents.connectorId))
    .leftJoin(users, eq(users.id, agents.ownerId))
    .leftJoin(
      killedAgents,
      and(
        eq(killedAgents.orderId, agents.stopOrderId),
        eq(killedAgents.connectorId, agents.connectorId),
        eq(killedAgents.externalId, agents.externalId),
      ),
    )

export type DescribedAgent = Awaited<ReturnType<typeof described>>[number]

const { placeholder } = sql

const oneDescribed = prepareOnce<{ organizationId: string; id: string }, DescribedAgent[]>((db) =>
  described(db).where(and(eq(agents.organizationId, placeholder('organizationId')), eq(agents.id, placeholder('id')))),
)

export const getAgent = async (ctx: OrganizationContext, id: string): Promise<DescribedAgent> => {
  const [row] = await oneDescribed(ctx.db, { organizationId: ctx.organizationId, id }).run()
  if (!row) throw notFound('Agent')
  return row
}

/** What of a connector says whether its gateway can be told something now. Throws `not_found`. */
export const reachOf = async (ctx: OrganizationContext, connectorId: string) => {
  const [row] = await ctx.db
    .select({
      connectorState: connectors.state,
      connectorGroups: connectors.groups,
      gatewayConnected: connectors.gatewayConnected,
    })
    .from(connectors)
    .where(and(eq(connectors.organizationId, ctx.organizationId), eq(connectors.id, connectorId)))
  if (!row) throw notFound('Connector')
  return row
}

/** By the gateway's id, whether it is there now or was. */
export const agentAtGateway = async (ctx: OrganizationContext, connectorId: string, externalId: string) => {
  const [row] = await described(ctx.db).where(
    and(
      eq(agents.organizationId, ctx.organizationId),
      eq(agents.connectorId, connectorId),
      eq(agents.externalId, externalId),
    ),
  )
  return row
}

/** Only one that its gateway has no more. */
export const forgetAgentStatement = (ctx: OrganizationContext, id: string) =>
  ctx.db
    .delete(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id), eq(agents.state, 'removed')))

/** Where a page goes on: the sort key of its last row, and its id among equal ones. */
export type Beyond = { key: string | number | null; id: string }

/** What of a list is in its SQL; the values are filled in. */
interface ListShape extends Pick<ListAgents, 'control' | 'health' | 'sort'> {
  by: (keyof typeof filters)[]
  behind: 'nothing' | 'active' | 'never active'
}

const orders = {
  newest: [desc(agents.id)],
  name: [asc(agents.name), asc(agents.id)],
  last_active: [desc(agents.lastActiveAt), desc(agents.id)],
}

const listed = prepareEach<ListShape, Record<string, unknown>, DescribedAgent[]>(
  JSON.stringify,
  (db, { by, control, health, sort, behind }) => {
    return described(db)
      .where(
        and(
          eq(agents.organizationId, placeholder('organizationId')),
          ...by.map((name) => filters[name]),
          control && isControlled[control],
          health && hasHealth(health),
          behind === 'nothing' ? undefined : isBehind(sort, behind),
        ),
      )
      .orderBy(...orders[sort])
      .limit(placeholder('rows'))
  },
)

export const listAgentRows = (
  { db, organizationId }: OrganizationContext,
  filter: ListAgents,
  rows: number,
  beyond: Beyond | undefined,
): Promise<DescribedAgent[]> => {
  const pattern = `%${(filter.query ?? '').replace(/[\\%_]/g, '\\$&')}%`
  const { control, health, sort } = filter
  const by = filterNames.filter((name) => filter[name])
  const behind = beyond === undefined ? 'nothing' : beyond.key === null ? 'never active' : 'active'
  const ids = JSON.stringify(filter.ids?.split(',') ?? [])
  const values = { ...filter, ids, organizationId, pattern, rows, key: beyond?.key, id: beyond?.id }
  return listed(db, { by, control, health, sort, behind }, values).run()
}

/** Those that never were active come last, and have no time to compare. */
const isBehind = (sort: ListAgents['sort'], last: 'active' | 'never active'): Condition => {
  const [key, id] = [placeholder('key'), placeholder('id')]
  if (sort === 'newest') return sql`${agents.id} < ${id}`
  if (sort === 'name') return sql`(${agents.name}, ${agents.id}) > (${key}, ${id})`
  if (last === 'never active') return sql`(${agents.lastActiveAt} is null and ${agents.id} < ${id})`
  return sql`(${agents.lastActiveAt} is null or (${agents.lastActiveAt}, ${agents.id}) < (${key}, ${id}))`
}

/** A stopped agent is neither: what holds it goes before. */
const isControlled = {
  stopped: isNotNull(agents.stopOrderId),
  disabled: and(isNull(agents.stopOrderId), isNotNull(agents.disabledAt)),
  enabled: and(isNull(agents.stopOrderId), isNull(agents.disabledAt)),
}

const isLike = (column: SQLiteColumn) => sql`${column} like ${placeholder('pattern')} escape '\\'`

const filters = {
  ids: sql`${agents.id} in (select value from json_each(${placeholder('ids')}))`,
  connectorId: eq(agents.connectorId, placeholder('connectorId')),
  state: eq(agents.state, placeholder('state')),
  ownerId: eq(agents.ownerId, placeholder('ownerId')),
  resourceGroup: eq(agents.resourceGroup, placeholder('resourceGroup')),
  tag: sql`exists (select 1 from json_each(${agents.tags}) where value = ${placeholder('tag')})`,
  query: or(isLike(agents.name), isLike(agents.externalId), isLike(agents.displayName)),
}
const filterNames = ['ids', 'connectorId', 'state', 'ownerId', 'resourceGroup', 'tag', 'query'] as const

/** Active agents by what they do; as `activityOf` tells it of one. */
export const countActivities = (ctx: OrganizationContext) => {
  const waiting = sql`select ${approvals.agentId} from ${approvals} where ${approvals.organizationId} = ${ctx.organizationId} and ${approvals.state} = 'pending' and ${approvals.agentId} is not null`
  const activity = sql<Agent['activity']>`case
    when ${connectors.state} is not 'online' then 'unknown'
    when ${agents.id} in (${waiting}) then 'waiting'
    when ${agents.openRuns} > 0 then 'running'
    else 'idle' end`
  return ctx.db
    .select({ activity, agents: count() })
    .from(agents)
    .leftJoin(connectors, eq(connectors.id, agents.connectorId))
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.state, 'active')))
    .groupBy(activity)
}

export const agentsOfConnector = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(agents)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.connectorId, connectorId)))

export const insertAgentStatement = (ctx: OrganizationContext, row: typeof agents.$inferInsert) =>
  ctx.db
    .insert(agents)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

export const updateAgentStatement = (
  ctx: OrganizationContext,
  id: string,
  change: Partial<typeof agents.$inferInsert>,
) =>
  ctx.db
    .update(agents)
    .set(change)
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id)))

/** Only while it is as the caller has seen it. */
export const describeAgentStatement = (
  ctx: OrganizationContext,
  id: string,
  version: number,
  change: Pick<typeof agents.$inferInsert, 'displayName' | 'ownerId' | 'resourceGroup' | 'tags'>,
) =>
  ctx.db
    .update(agents)
    .set({ ...change, version: version + 1 })
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id), eq(agents.version, version)))

/** Ends its being disabled, once, whatever the gateway says. */
export const enabledStatement = (ctx: OrganizationContext, id: string) =>
  ctx.db
    .update(agents)
    .set({ disabledAt: null, disabledReason: null, restore: null })
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id), isNotNull(agents.disabledAt)))

/** Only from active, so that telling it twice leaves one event. */
export const removeAgentStatement = (ctx: OrganizationContext, id: string, now: number) =>
  ctx.db
    .update(agents)
    .set({ state: 'removed', openRuns: 0, lastSeenAt: now })
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, id), eq(agents.state, 'active')))

/** All agents of the connector's newest roster. */
export const agentsSeenStatement = (ctx: OrganizationContext, connectorId: string, now: number) =>
  ctx.db.update(agents).set({ lastSeenAt: now }).where(activeOf(ctx, connectorId))

/** The absolute count; the newest activity stays the newest when an older one is told again. */
export const trackRunsStatement = (
  ctx: OrganizationContext,
  { agentId, openRuns, lastActiveAt }: { agentId: string; openRuns: number; lastActiveAt: number },
) =>
  ctx.db
    .update(agents)
    .set({ openRuns, lastActiveAt: sql`max(coalesce(${agents.lastActiveAt}, 0), ${lastActiveAt})` })
    .where(and(eq(agents.organizationId, ctx.organizationId), eq(agents.id, agentId)))

/** These of the organization's agents, as far as they are still active. */
export const agentsGoneStatement = (ctx: OrganizationContext, ids: string[], now: number) =>
  ctx.db
    .update(agents)
    .set({ state: 'removed', openRuns: 0, lastSeenAt: now })
    .where(
      and(
        eq(agents.organizationId, ctx.organizationId),
        eq(agents.state, 'active'),
        sql`${agents.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )

/** Holds when the registry has no agent of that id. */
export const isGone = (ctx: OrganizationContext, id: string): Condition =>
  sql`not exists (select 1 from agents where agents.id = ${id} and organization_id = ${ctx.organizationId})`

/** Holds while the agent of that id is active. */
export const isActive = (ctx: OrganizationContext, id: SQL): Condition =>
  sql`exists (select 1 from agents where agents.id = ${id} and organization_id = ${ctx.organizationId} and state = 'active')`

const activeOf = (ctx: OrganizationContext, connectorId: string) =>
  and(eq(agents.organizationId, ctx.organizationId), eq(agents.connectorId, connectorId), eq(agents.state, 'active'))
