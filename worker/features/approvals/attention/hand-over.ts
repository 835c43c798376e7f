import { capabilitiesOf } from '../../../platform/access/contract.ts'
import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { findMembership } from '../../organizations/index.ts'
import type { Approval } from '../contract.ts'
import { personRefused } from '../decision/rules.ts'
import { eventFacts } from '../enter.ts'
import { type ReadApproval, readApproval } from '../reading/store.ts'
import { viewApproval } from '../view.ts'
import type { HandOver } from './contract.ts'
import { requirePending } from './pending.ts'
import { assignStatement } from './store.ts'

/**
 * Hands a pending approval over to a member who may decide it; whoever may decide still may. Told twice it is one. Throws
 * `not_found`, `already_decided`, `expired`, and `invalid` for somebody who could not decide it.
 */
export const handOverApproval = async (
  ctx: OrganizationContext,
  id: string,
  { userId, note }: HandOver,
): Promise<Approval> => {
  const approval = await readApproval(ctx, id)
  requirePending(ctx, approval)
  await requireDecider(ctx, approval, userId)
  await ctx.db.batch([
    assignStatement(ctx, id, userId, ctx.now().getTime()),
    auditStatement(ctx, 'approval.handed-over', { approvalId: id, userId, note: note ?? null }, eventFacts(approval)),
  ])
  await drainSoon(ctx, ctx.organizationId)
  const standing = await readApproval(ctx, id)
  requirePending(ctx, standing)
  return viewApproval(ctx, standing)
}

const sentences = {
  no_capability: 'has no role that decides',
  not_eligible: 'is not among those whom the rule asks',
  own_request: 'asked for it, and nobody decides on their own request',
  already_voted: 'has voted already',
}

const requireDecider = async (ctx: OrganizationContext, approval: ReadApproval, userId: string) => {
  const member = await findMembership(ctx.db, ctx.organizationId, userId)
  if (!member) throw unfit('is not a member of the organization')
  const mayDecide = capabilitiesOf(member.role).includes('approvals.decide')
  const decider = { person: { id: userId, role: member.role }, mayDecide }
  const because = personRefused(approval, approval.votes, decider, ctx.now().getTime())
  if (because) throw unfit(sentences[because])
}

const unfit = (message: string) =>
  new AppError('invalid', 'It cannot be handed over to this person.', { errors: [{ path: 'userId', message }] })
