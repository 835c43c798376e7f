import { auditLog } from '../../../../durable-objects/audit-log/stub.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import type { ApprovalRow } from '../schema.ts'
import { getApprovalRow } from '../store.ts'
import type { ApprovalContext } from './contract.ts'
import { commentsStatement, lastDecidedStatement, precedentStatement } from './store.ts'

const traceMax = 30
const commentsMax = 500
const precedentMs = 30 * 86_400_000

/** What surrounds an approval: what led to it, how the like was decided, what was said about it. Throws `not_found`. */
export const approvalContext = async (ctx: OrganizationContext, id: string): Promise<ApprovalContext> => {
  const row = await getApprovalRow(ctx, id)
  const since = ctx.now().getTime() - precedentMs
  const [trace, [[counts], [last], comments]] = await Promise.all([
    traceOf(ctx, row),
    ctx.db.batch([
      precedentStatement(ctx, row, since),
      lastDecidedStatement(ctx, row, since),
      commentsStatement(ctx, id, commentsMax),
    ]),
  ])
  return {
    trace,
    precedent: { ...(counts ?? { allowed: 0, refused: 0, undecided: 0 }), last: precedentOf(last) },
    comments: comments.map(({ id, byId, byName, text, at }) => ({
      id,
      by: { id: byId, name: byName },
      text,
      at: iso(at),
    })),
  }
}

/** The newest entries of the trace up to the request, oldest first. */
const traceOf = async (
  { env, organizationId }: OrganizationContext,
  { traceId, requestedAt }: ApprovalRow,
): Promise<ApprovalContext['trace']> => {
  if (traceId === null) return []
  const { entries } = await auditLog(env, organizationId).page({
    filter: { traceId, to: iso(requestedAt + 1) },
    order: 'newest',
    limit: traceMax,
    beyond: null,
  })
  return entries.reverse().map(({ seq, type, at, risk, payload }) => ({ seq, type, at, risk, payload }))
}

const precedentOf = (
  last: Pick<ApprovalRow, 'id' | 'outcome' | 'decidedByName' | 'decidedAt'> | undefined,
): ApprovalContext['precedent']['last'] =>
  !last || last.outcome === null || last.decidedAt === null
    ? null
    : { approvalId: last.id, outcome: last.outcome, byName: last.decidedByName ?? '', at: iso(last.decidedAt) }
