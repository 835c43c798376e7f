import { z } from 'zod'
import type { OrganizationContext } from '../../platform/context.ts'
import { fromCursor, pageOf } from '../../platform/page.ts'
import type { Approval, ListApprovals } from './contract.ts'
import { listApprovalRows, readApproval, urgentApprovalRows } from './reading/store.ts'
import { decisionFigures, pendingFigures } from './store.ts'
import { viewApproval } from './view.ts'

const dayMs = 86_400_000
const soonMs = 600_000

export const listApprovals = async (ctx: OrganizationContext, filter: ListApprovals) => {
  const rows = await listApprovalRows(ctx, filter, filter.limit + 1, fromCursor(z.string(), filter.cursor))
  const page = pageOf(rows, filter.limit, (row) => row.id)
  return { ...page, items: page.items.map((row) => viewApproval(ctx, row)) }
}

export const showApproval = async (ctx: OrganizationContext, id: string): Promise<Approval> =>
  viewApproval(ctx, await readApproval(ctx, id))

/** What waits for a person now, and how the last day went. */
export const approvalsAtAGlance = async (ctx: OrganizationContext) => {
  const now = ctx.now().getTime()
  const [pending, urgent, decisions] = await Promise.all([
    pendingFigures(ctx, now, now + soonMs),
    urgentApprovalRows(ctx, now, 5),
    decisionFigures(ctx, now - dayMs),
  ])
  return {
    pending: pending.pending,
    expiringSoon: pending.soon,
    urgent: urgent.map((row) => viewApproval(ctx, row)),
    decided24h: decisions.decided,
    rejected24h: decisions.rejected,
    medianDecisionMs: decisions.medianMs,
  }
}
