import { and, desc, eq, getTableColumns, lt, sql } from 'drizzle-orm'
import type { OrganizationContext, RequestContext } from '../../../platform/context.ts'
import { notFound } from '../../../platform/errors.ts'
import { connectors } from '../../connectors/schema.ts'
import type { ListDrills } from '../contract.ts'
import { killDrills } from '../schema.ts'

const named = (ctx: OrganizationContext) =>
  ctx.db
    .select({ ...getTableColumns(killDrills), connectorName: sql<string>`coalesce(${connectors.name}, '')` })
    .from(killDrills)
    .leftJoin(connectors, eq(connectors.id, killDrills.connectorId))
export type NamedDrill = Awaited<ReturnType<typeof named>>[number]

export const insertDrillStatement = (ctx: OrganizationContext, row: typeof killDrills.$inferInsert) =>
  ctx.db.insert(killDrills).values({ ...row, organizationId: ctx.organizationId })

export const findDrill = async (ctx: OrganizationContext, id: string): Promise<NamedDrill | undefined> => {
  const [row] = await named(ctx).where(and(eq(killDrills.organizationId, ctx.organizationId), eq(killDrills.id, id)))
  return row
}

export const getDrill = async (ctx: OrganizationContext, id: string): Promise<NamedDrill> => {
  const row = await findDrill(ctx, id)
  if (!row) throw notFound('Drill')
  return row
}

export const listDrillRows = (
  ctx: OrganizationContext,
  { connectorId, limit }: ListDrills,
  beyond: string | undefined,
) =>
  named(ctx)
    .where(
      and(
        eq(killDrills.organizationId, ctx.organizationId),
        connectorId === undefined ? undefined : eq(killDrills.connectorId, connectorId),
        beyond === undefined ? undefined : lt(killDrills.id, beyond),
      ),
    )
    .orderBy(desc(killDrills.id))
    .limit(limit + 1)

/** The last drill of each connector, or the last one that passed. */
export const lastDrills = async (ctx: OrganizationContext, { passed }: { passed: boolean }) => {
  const rows = await named(ctx).where(
    and(
      eq(killDrills.organizationId, ctx.organizationId),
      sql`${killDrills.id} in (select max(d.id) from kill_drills d where d.organization_id = ${ctx.organizationId}
        and (${passed ? 1 : 0} = 0 or d.state = 'passed') group by d.connector_id)`,
    ),
  )
  return new Map(rows.map((row) => [row.connectorId, row]))
}

/** Only from ordered: whoever ends it second changes nothing. */
export const endDrillStatement = (
  ctx: OrganizationContext,
  id: string,
  end: Pick<typeof killDrills.$inferInsert, 'state' | 'endedAt'> & Partial<typeof killDrills.$inferInsert>,
) =>
  ctx.db
    .update(killDrills)
    .set(end)
    .where(
      and(eq(killDrills.organizationId, ctx.organizationId), eq(killDrills.id, id), eq(killDrills.state, 'ordered')),
    )

export const overdueDrills = (ctx: RequestContext, before: number, limit: number) =>
  ctx.db
    .select({ id: killDrills.id, organizationId: killDrills.organizationId })
    .from(killDrills)
    .where(and(eq(killDrills.state, 'ordered'), lt(killDrills.deadline, before)))
    .limit(limit)
