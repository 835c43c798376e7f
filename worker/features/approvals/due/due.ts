import { actingFor, type OrganizationContext, type RequestContext } from '../../../platform/context.ts'
import { auditStatement, drainFirst, drainSoon } from '../../audit/index.ts'
import { sendCallback } from '../callback/send.ts'
import { deliverDecisions, undeliverableStatements } from '../deliver.ts'
import { decidedStatement, eventFacts } from '../enter.ts'
import { expire } from '../reconcile.ts'
import type { ApprovalRow } from '../schema.ts'
import { onExpiry } from './rules.ts'
import {
  decideOverdueStatement,
  dueCallbackIds,
  escalateStatement,
  escalatingRows,
  nextDue,
  organizationsDue,
  overdueRows,
  uncollectedRows,
} from './store.ts'

const atOnceMax = 200
const callbacksAtOnce = 20

/**
 * Does what is due in an organization: ends what is past its time as its rule says, lets others decide, closes
 * decisions that nobody took, sends callbacks. Answers when to come again, in milliseconds since 1970; null: never, by
 * what is known now. Safe to run twice and at the same time, also as a decision: each row moves once.
 */
export const approvalsDue = async (ctx: RequestContext, organizationId: string): Promise<number | null> => {
  const acting = actingFor(ctx, organizationId, { kind: 'system', id: 'clock' })
  const now = ctx.now().getTime()
  const [overdue, escalating, uncollected] = await Promise.all([
    overdueRows(acting, now, atOnceMax),
    escalatingRows(acting, now, atOnceMax),
    uncollectedRows(acting, now, atOnceMax),
  ])
  for (const row of overdue) await end(acting, row, now)
  for (const row of escalating) await escalate(acting, row, now)
  for (const row of uncollected)
    await ctx.db.batch(undeliverableStatements(acting, row, row.source === 'api' ? 'not_collected' : 'deadline_passed'))
  if (overdue.length + escalating.length + uncollected.length > 0) await drainSoon(ctx, organizationId)
  const callbacks = await dueCallbackIds(acting, now, callbacksAtOnce)
  await Promise.all(callbacks.map((id) => sendCallback(acting, id)))
  return nextDue(acting)
}

/** Cron: the same everywhere, for whatever no clock went off. */
export const expireDueApprovals = async (ctx: RequestContext): Promise<void> => {
  for (const organizationId of await organizationsDue(ctx.db, ctx.now().getTime(), 500))
    await approvalsDue(ctx, organizationId)
}

/** What is past its time ends as the rule that asked says. */
const end = async (ctx: OrganizationContext, row: ApprovalRow, now: number): Promise<void> => {
  const outcome = onExpiry(row)
  if (outcome === null) {
    await expire(ctx, row, 'deadline_passed')
    return
  }
  const decided: ApprovalRow = {
    ...row,
    outcome,
    decidedByKind: 'expiry',
    decidedById: row.ruleId ?? '',
    decidedByName: row.ruleName ?? '',
    reason: null,
    decidedAt: now,
  }
  const [result] = await ctx.db.batch([decideOverdueStatement(ctx, decided, now), decidedStatement(ctx, decided)])
  if (result.meta.changes === 0) return
  await drainFirst(ctx, ctx.organizationId)
  await deliverDecisions(ctx, [decided])
}

const escalate = async (ctx: OrganizationContext, row: ApprovalRow, now: number): Promise<void> => {
  const { roles, members } = row.ask?.escalate?.to ?? { roles: [], members: [] }
  await ctx.db.batch([
    escalateStatement(ctx, row.id, now),
    auditStatement(ctx, 'approval.escalated', { approvalId: row.id, roles, members }, eventFacts(row)),
  ])
}
