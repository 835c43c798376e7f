import type { OrganizationContext } from '../../platform/context.ts'
import { always } from '../../platform/db.ts'
import type { RequestFacts } from '../rules/contract.ts'
import { breadthOf, covers } from './rules.ts'
import { candidateGrants, countUseStatement } from './store.ts'

/**
 * The narrowest grant in force that covers the request; null when none does. It is not used by being found: that is
 * `useGrantStatement`, in the batch of what it allows.
 */
export const coveringGrant = async (
  ctx: OrganizationContext,
  facts: RequestFacts,
): Promise<{ id: string; createdByName: string } | null> => {
  const candidates = await candidateGrants(ctx, facts, ctx.now().getTime())
  const [narrowest] = candidates
    .filter(({ pattern }) => covers(pattern, facts))
    .sort((a, b) => breadthOf(a.pattern) - breadthOf(b.pattern) || a.createdAt - b.createdAt)
  return narrowest ? { id: narrowest.id, createdByName: narrowest.createdByName } : null
}

/**
 * Counts one use of a grant. Changes one row only while the grant is in force and has a use left, so that what follows
 * in the batch under `landed` happens at most `usesMax` times, whoever races; and only if `condition` holds at that
 * moment, so that a request told twice uses a grant once.
 */
export const useGrantStatement = (ctx: OrganizationContext, grantId: string, now: number, condition = always) =>
  countUseStatement(ctx, grantId, now, condition)
