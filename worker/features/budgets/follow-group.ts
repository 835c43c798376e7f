import type { OrganizationContext } from '../../platform/context.ts'
import type { Statement } from '../../platform/db.ts'
import { auditEachStatement, auditInput } from '../audit/index.ts'
import { factsOf, toldOf } from './create.ts'
import { budgetsOfGroup, isOfGroup, keepRenamedVersionsStatement, renameScopeStatement } from './store.ts'

/**
 * For the batch in which a group gets another name: its budgets go on under that, each with a version and an event of its
 * own. `handOverBudgets` has to follow, by which the ledger counts the group's runs under the new name.
 */
export const followGroupStatements = async (
  ctx: OrganizationContext,
  from: string,
  to: string,
): Promise<Statement[]> => {
  const events = (await budgetsOfGroup(ctx, from)).map((before) => {
    const after = { ...before, scopeRef: to, version: before.version + 1 }
    const told = { ...toldOf(after), fields: ['scope'] }
    return { input: auditInput(ctx, 'budget.updated', told, { ...factsOf(after), risk: 'medium' }), proof: after.id }
  })
  const now = ctx.now().getTime()
  return [
    renameScopeStatement(ctx, from, to, now),
    keepRenamedVersionsStatement(ctx, to, now),
    ...(events.length === 0 ? [] : [auditEachStatement(ctx, events, isOfGroup(to))]),
  ]
}
