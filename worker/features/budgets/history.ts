import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import type { PageQuery } from '../../platform/contract.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import { iso } from '../../platform/time.ts'
import type { BudgetHappening } from './contract.ts'
import type { BudgetHappeningRow } from './schema.ts'
import { getBudget, listHappeningRows } from './store.ts'

const Beyond = z.object({ at: z.number(), id: z.string() })

/** What became of a budget: crossings, overrides and resets, the newest first. Throws `not_found`. */
export const budgetHistory = async (ctx: OrganizationContext, id: string, { limit, cursor }: PageQuery) => {
  await getBudget(ctx, id)
  const rows = await listHappeningRows(ctx, id, limit, fromCursor(Beyond, cursor))
  const page = pageOf(rows, limit, (row) => ({ at: row.at, id: row.id }))
  return { ...page, items: page.items.map(viewHappening) }
}

const viewHappening = (row: BudgetHappeningRow): BudgetHappening => ({
  id: row.id,
  at: iso(row.at),
  kind: row.kind,
  because: row.because,
  action: row.action,
  periodStart: iso(row.periodStart),
  version: row.version,
  spentMicroUsd: row.spentMicroUsd,
  allowedMicroUsd: row.allowedMicroUsd,
  amountMicroUsd: row.amountMicroUsd,
  reason: row.reason,
  approvalId: row.approvalId,
  by: row.byKind === null ? null : { kind: row.byKind, id: row.byId ?? '', name: row.byName ?? '' },
})
