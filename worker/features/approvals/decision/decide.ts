import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import type { Approval } from '../contract.ts'
import { deliverDecision } from '../deliver.ts'
import { mayDecide, type Refusal } from '../rules.ts'
import { type DescribedApproval, decideStatement, getApproval } from '../store.ts'
import { viewApproval, viewDecision } from '../view.ts'

export interface DecideApproval {
  outcome: 'allow_once' | 'reject'
  reason?: string | undefined
  /** Digest of what the person saw; refused as stale when it is not what would be executed. */
  digest?: string | undefined
}

/**
 * Decides one approval: exactly one decision wins, whoever races. The decision is durable once the batch has committed;
 * its delivery is a command that waits at the connector's session until the gateway has taken it. Throws `not_found`,
 * `already_decided` with who and when, `expired`, `stale`, or `conflict` when the gateway does not offer the outcome.
 */
export const decideApproval = async (
  ctx: OrganizationContext,
  id: string,
  { outcome, reason, digest }: DecideApproval,
): Promise<Approval> => {
  const approval = await getApproval(ctx, id)
  const now = ctx.now().getTime()
  const verdict = mayDecide(approval, { outcome, digest }, now)
  if (!verdict.ok) throw refusal(verdict.because, approval)
  const decidedBy = {
    decidedByKind: ctx.actor.kind === 'api_key' ? ('api_key' as const) : ('member' as const),
    decidedById: ctx.actor.id,
    decidedByName: ctx.actorName,
  }
  const [decided] = await ctx.db.batch([
    decideStatement(ctx, id, now, { outcome, reason: reason ?? null, ...decidedBy }),
    auditStatement(
      ctx,
      'approval.decided',
      {
        approvalId: id,
        outcome,
        digest: approval.digest,
        reason: reason ?? null,
        by: decidedBy.decidedByKind,
        ruleId: approval.ruleId,
        ruleSetVersion: approval.ruleSetVersion,
        grantId: null,
        signed: false,
      },
      {
        target: id,
        agentId: approval.agentId,
        connectorId: approval.connectorId,
        risk: approval.risk,
        traceId: approval.traceId,
      },
    ),
  ])
  if (decided.meta.changes === 0) {
    const winner = await getApproval(ctx, id)
    const lost = mayDecide(winner, { outcome, digest }, ctx.now().getTime())
    throw refusal(lost.ok ? 'already_decided' : lost.because, winner)
  }
  // Committed. A crash from here on leaves state `decided`: the session asks for such decisions at the connector's next
  // hello, and cron hands them over again; the command's id keeps it one command.
  await Promise.all([drainSoon(ctx, ctx.organizationId), deliverDecision(ctx, approval, outcome)])
  return viewApproval(await getApproval(ctx, id))
}

const refusal = (because: Refusal, approval: DescribedApproval): AppError => {
  if (because === 'expired')
    return new AppError('expired', 'The approval has expired; the gateway no longer waits for it.')
  if (because === 'stale')
    return new AppError('stale', 'What was shown is not what would be executed.', {
      context: { digest: approval.digest },
    })
  if (because === 'not_offered')
    return new AppError('conflict', 'The gateway does not offer this outcome for the request.')
  const decision = viewDecision(approval)
  return new AppError('already_decided', 'Someone else decided first.', {
    context: {
      state: approval.state,
      outcome: decision?.outcome ?? null,
      by: decision?.by ?? null,
      at: decision?.at ?? null,
    },
  })
}
