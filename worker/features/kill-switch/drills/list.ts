import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { fromCursor, pageOf } from '../../../platform/page.ts'
import { iso, isoOrNull } from '../../../platform/time.ts'
import { DrillReport } from '../../connectors/link/stops/contract.ts'
import type { KillDrill, KillGateway, ListDrills } from '../contract.ts'
import { reachOf, whereabouts } from '../rules.ts'
import { connectorRows, stoppedByConnector } from '../scope/store.ts'
import { getDrill, lastDrills, listDrillRows, type NamedDrill } from './store.ts'

export const viewDrill = (row: NamedDrill): KillDrill => ({
  id: row.id,
  connectorId: row.connectorId,
  connectorName: row.connectorName,
  state: row.state,
  orderedBy: { id: row.orderedById, name: row.orderedByName },
  orderedAt: iso(row.orderedAt),
  endedAt: isoOrNull(row.endedAt),
  report: row.report === null ? null : DrillReport.parse(JSON.parse(row.report)),
  detail: row.detail,
})

export const listDrills = async (ctx: OrganizationContext, query: ListDrills) => {
  const rows = await listDrillRows(ctx, query, fromCursor(z.string(), query.cursor))
  const page = pageOf(rows, query.limit, (row) => row.id)
  return { ...page, items: page.items.map(viewDrill) }
}

export const showDrill = async (ctx: OrganizationContext, id: string): Promise<KillDrill> =>
  viewDrill(await getDrill(ctx, id))

/** Each gateway: whether it could be stopped now, and when that was last proven. */
export const listGateways = async (ctx: OrganizationContext): Promise<{ items: KillGateway[] }> => {
  const [rows, stopped, last, proven] = await Promise.all([
    connectorRows(ctx),
    stoppedByConnector(ctx),
    lastDrills(ctx, { passed: false }),
    lastDrills(ctx, { passed: true }),
  ])
  const items = rows.map((row) => {
    const [drill, passed] = [last.get(row.id), proven.get(row.id)]
    return {
      connectorId: row.id,
      connectorName: row.name,
      ...whereabouts(reachOf(row)),
      stoppedAgents: stopped.get(row.id) ?? 0,
      lastProvenAt: isoOrNull(passed?.endedAt ?? null),
      lastProvenMs: passed === undefined ? null : (viewDrill(passed).report?.confirmedMs ?? null),
      lastDrill: drill === undefined ? null : viewDrill(drill),
    }
  })
  return { items }
}
