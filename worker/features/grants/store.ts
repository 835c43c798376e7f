import {
  and,
  desc,
  eq,
  getTableColumns,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  or,
  type Placeholder,
  type SQL,
  sql,
} from 'drizzle-orm'
import type { OrganizationContext } from '../../platform/context.ts'
import type { Risk } from '../../platform/contract.ts'
import { type Condition, type Database, insertWhere } from '../../platform/db.ts'
import { notFound } from '../../platform/errors.ts'
import { prepareOnce } from '../../platform/prepared.ts'
import { agents } from '../agents/schema.ts'
import { approvals } from '../approvals/schema.ts'
import { connectors } from '../connectors/schema.ts'
import type { RequestFacts } from '../rules/contract.ts'
import type { ListGrants } from './contract.ts'
import { type GrantRow, grants } from './schema.ts'

const own = (ctx: OrganizationContext) => eq(grants.organizationId, ctx.organizationId)
const { placeholder } = sql
const hasUses = or(isNull(grants.usesMax), lt(grants.uses, grants.usesMax))
const isInTime = (now: number | Placeholder) => or(isNull(grants.expiresAt), gt(grants.expiresAt, now))
const inForce = (now: number | Placeholder) => and(isNull(grants.endedAt), isInTime(now), hasUses)
/** What a pattern says at a place: nothing, or this. */
const saysNothingOr = (path: string, value: Placeholder): SQL =>
  sql`coalesce(json_extract(${grants.pattern}, ${path}), ${value}) = ${value}`

/**
 * Grants that could cover the request, by what SQLite can tell of them cheaply. What a gateway granted by itself is left
 * out: it answers by itself as well.
 */
const isCandidate = and(
  eq(grants.organizationId, placeholder('organizationId')),
  inForce(placeholder('now')),
  or(isNull(grants.agentId), eq(grants.agentId, placeholder('agentId'))),
  inArray(grants.createdByKind, ['member', 'api_key']),
  sql`json_extract(${grants.pattern}, '$.source') = ${placeholder('source')}`,
  sql`json_extract(${grants.pattern}, '$.action') = ${placeholder('action')}`,
  saysNothingOr('$.command', placeholder('command')),
  saysNothingOr('$.words.words[0].exact', placeholder('firstWord')),
)

/** What fills in the conditions of candidates for a request. */
export const candidateValues = ({ organizationId }: OrganizationContext, facts: RequestFacts, now: number) => ({
  organizationId,
  now,
  agentId: facts.agent.id,
  source: facts.source,
  action: facts.action,
  command: facts.command,
  firstWord: facts.argv[0] ?? '',
})

export const candidateGrants = prepareOnce<ReturnType<typeof candidateValues>, GrantRow[]>((db) =>
  db.select().from(grants).where(isCandidate),
)

/** Within a batch, in a prepared statement filled in with `candidateValues`: holds while there is none. */
export const isNoCandidate: Condition = sql`not exists (select 1 from ${grants} where ${isCandidate})`

/** Counts one use, if the grant has one left at that moment: whoever races, `uses` never exceeds `usesMax`. */
export const countUseStatement = (ctx: OrganizationContext, id: string, now: number, condition: Condition) =>
  ctx.db
    .update(grants)
    .set({ uses: sql`${grants.uses} + 1`, lastUsedAt: now })
    .where(and(own(ctx), eq(grants.id, id), inForce(now), condition))

export const insertGrantWhere = (ctx: OrganizationContext, row: GrantRow, condition: Condition) =>
  insertWhere(ctx.db, grants, { ...row, organizationId: ctx.organizationId }, condition)

/** Adopts a record of a gateway; one that is known already changes nothing. */
export const insertGatewayGrantStatement = (ctx: OrganizationContext, row: GrantRow) =>
  ctx.db
    .insert(grants)
    .values({ ...row, organizationId: ctx.organizationId })
    .onConflictDoNothing()

const described = (ctx: OrganizationContext) =>
  ctx.db
    .select({ ...getTableColumns(grants), connectorName: connectors.name, agentName: agents.name })
    .from(grants)
    .leftJoin(connectors, and(eq(connectors.id, grants.connectorId), eq(connectors.organizationId, ctx.organizationId)))
    .leftJoin(agents, and(eq(agents.id, grants.agentId), eq(agents.organizationId, ctx.organizationId)))

export type DescribedGrant = Awaited<ReturnType<typeof described>>[number]

export const getGrant = async (ctx: OrganizationContext, id: string): Promise<DescribedGrant> => {
  const [row] = await described(ctx).where(and(own(ctx), eq(grants.id, id)))
  if (!row) throw notFound('Grant')
  return row
}

export const listGrantRows = (
  ctx: OrganizationContext,
  filter: ListGrants,
  now: number,
  limit: number,
  beyond: string | undefined,
) =>
  described(ctx)
    .where(
      and(
        own(ctx),
        filter.state === 'active' ? inForce(now) : undefined,
        filter.state === 'ended' ? sql`not ${inForce(now)}` : undefined,
        filter.agentId ? eq(grants.agentId, filter.agentId) : undefined,
        filter.connectorId ? eq(grants.connectorId, filter.connectorId) : undefined,
        beyond === undefined ? undefined : lt(grants.id, beyond),
      ),
    )
    .orderBy(desc(grants.id))
    .limit(limit)

type Change = Partial<Omit<GrantRow, 'id' | 'organizationId'>>

/** What a gateway keeps is to be forgotten with the grant. */
const forgotten = sql<
  GrantRow['gateway']
>`case when ${grants.gateway} = 'kept' then 'revoking' else ${grants.gateway} end`

/** Ends a grant, once: whoever comes second changes no row. */
export const endStatement = (ctx: OrganizationContext, id: string, change: Change, guard?: SQL) =>
  ctx.db
    .update(grants)
    .set({ gateway: forgotten, ...change })
    .where(and(own(ctx), eq(grants.id, id), isNull(grants.endedAt), guard))

/** Holds for a grant that is past its time or has no use left. */
export const isOver = (now: number): SQL | undefined => or(lte(grants.expiresAt, now), sql`not ${hasUses}`)

/** Grants that are over and have not been told so, of all organizations. */
export const overdueGrants = (db: Database, now: number, limit: number) =>
  db
    .select()
    .from(grants)
    .where(and(isNull(grants.endedAt), isOver(now)))
    .limit(limit)

/** Moves the gateway's part only from one of the given states. */
export const moveGatewayStatement = (
  ctx: OrganizationContext,
  id: string,
  from: readonly GrantRow['gateway'][],
  change: Change,
) =>
  ctx.db
    .update(grants)
    .set(change)
    .where(and(own(ctx), eq(grants.id, id), inArray(grants.gateway, [...from])))

/** All grants of a connector that its gateway is to remember, remembers, or did. */
export const gatewayGrantRows = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(grants)
    .where(
      and(
        own(ctx),
        eq(grants.connectorId, connectorId),
        or(inArray(grants.gateway, ['wanted', 'kept', 'revoking']), isNotNull(grants.gatewayRef)),
      ),
    )

export const revokingGrants = (ctx: OrganizationContext, connectorId: string) =>
  ctx.db
    .select()
    .from(grants)
    .where(and(own(ctx), eq(grants.connectorId, connectorId), eq(grants.gateway, 'revoking')))

export const grantById = async (ctx: OrganizationContext, id: string) => {
  const [row] = await ctx.db
    .select()
    .from(grants)
    .where(and(own(ctx), eq(grants.id, id)))
  return row
}

/** What the approvals were about, from which grants for a gateway were made. */
export const approvalsOfGrants = (ctx: OrganizationContext, ids: string[]) =>
  ctx.db
    .select({
      id: approvals.id,
      state: approvals.state,
      outcome: approvals.outcome,
      agentId: approvals.agentId,
      action: approvals.action,
      command: approvals.command,
      resolvedPath: approvals.resolvedPath,
      decidedAt: approvals.decidedAt,
    })
    .from(approvals)
    .where(
      and(
        eq(approvals.organizationId, ctx.organizationId),
        sql`${approvals.id} in (select value from json_each(${JSON.stringify(ids)}))`,
      ),
    )
export type ApprovalOfGrant = Awaited<ReturnType<typeof approvalsOfGrants>>[number]

/** The gateway used it; only ever later. */
export const seenUsedStatement = (ctx: OrganizationContext, id: string, lastUsedAt: number) =>
  ctx.db
    .update(grants)
    .set({ lastUsedAt })
    .where(and(own(ctx), eq(grants.id, id), or(isNull(grants.lastUsedAt), lt(grants.lastUsedAt, lastUsedAt))))

const askedIn = (ctx: OrganizationContext, { from, to }: { from: number; to: number }) =>
  and(
    eq(approvals.organizationId, ctx.organizationId),
    gte(approvals.requestedAt, from),
    lte(approvals.requestedAt, to),
  )

export const countRequests = (ctx: OrganizationContext, range: { from: number; to: number }): Promise<number> =>
  ctx.db.$count(approvals, askedIn(ctx, range))

/** The program stands in the command, unless quotes take its name apart. */
const mayRun = (program: string): SQL =>
  sql`(instr(${approvals.command}, ${program}) > 0 or ${approvals.command} glob ${`*["'\\\\]*`})`

/** Recorded requests that fit what is not null, the newest first; `beyond` is the last one of the page before. */
export const candidateRequests = (
  ctx: OrganizationContext,
  wanted: { [K in 'action' | 'agentId' | 'connectorId' | 'command' | 'program']: string | null } & {
    source: RequestFacts['source'] | null
    risks: Risk[]
  },
  range: { from: number; to: number },
  limit: number,
  beyond: { requestedAt: number; id: string } | undefined,
) => {
  const { source, action, agentId, connectorId, command, program, risks } = wanted
  return ctx.db
    .select()
    .from(approvals)
    .where(
      and(
        askedIn(ctx, range),
        source === null ? undefined : eq(approvals.source, source),
        action === null ? undefined : eq(approvals.action, action),
        agentId === null ? undefined : eq(approvals.agentId, agentId),
        connectorId === null ? undefined : eq(approvals.connectorId, connectorId),
        command === null ? undefined : eq(approvals.command, command),
        program === null ? undefined : mayRun(program),
        inArray(approvals.risk, risks),
        beyond && sql`(${approvals.requestedAt}, ${approvals.id}) < (${beyond.requestedAt}, ${beyond.id})`,
      ),
    )
    .orderBy(desc(approvals.requestedAt), desc(approvals.id))
    .limit(limit)
}
export type RecordedRequest = Awaited<ReturnType<typeof candidateRequests>>[number]

export const requestById = async (ctx: OrganizationContext, id: string): Promise<RecordedRequest> => {
  const [row] = await ctx.db
    .select()
    .from(approvals)
    .where(and(eq(approvals.organizationId, ctx.organizationId), eq(approvals.id, id)))
  if (!row) throw notFound('Approval')
  return row
}
