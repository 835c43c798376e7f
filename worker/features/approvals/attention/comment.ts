import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import { auditStatement, drainSoon } from '../../audit/index.ts'
import { eventFacts } from '../enter.ts'
import { readApproval } from '../reading/store.ts'
import type { Comment } from './contract.ts'
import { insertCommentStatement } from './store.ts'

/** Says something about an approval, decided or not. Throws `not_found`. */
export const commentOnApproval = async (ctx: OrganizationContext, id: string, text: string): Promise<Comment> => {
  const approval = await readApproval(ctx, id)
  const row = {
    id: ctx.newId('cmt'),
    organizationId: ctx.organizationId,
    approvalId: id,
    byId: ctx.actor.id,
    byName: ctx.actorName,
    text,
    at: ctx.now().getTime(),
  }
  await ctx.db.batch([
    insertCommentStatement(ctx, row),
    auditStatement(
      ctx,
      'approval.commented',
      { approvalId: id, commentId: row.id },
      { ...eventFacts(approval), risk: 'low' },
    ),
  ])
  await drainSoon(ctx, ctx.organizationId)
  return { id: row.id, by: { id: row.byId, name: row.byName }, text, at: iso(row.at) }
}
