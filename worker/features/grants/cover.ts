import type { OrganizationContext } from '../../platform/context.ts'
import { always } from '../../platform/db.ts'
import type { RequestFacts } from '../rules/contract.ts'
import { breadthOf, covers } from './rules.ts'
import type { GrantRow } from './schema.ts'
import { candidateGrants, candidateValues, countUseStatement } from './store.ts'

interface CoveringGrant {
  id: string
  createdByName: string
}

/**
 * The narrowest grant in force that covers the request; null when none does. It is not used by being found: that is
 * `useGrantStatement`, in the batch of what it allows.
 */
export const coveringGrant = async (ctx: OrganizationContext, facts: RequestFacts): Promise<CoveringGrant | null> => {
  const { statement, read } = coveringGrantQuery(ctx, facts)
  return read(await statement.run())
}

/**
 * The same as a statement for a batch of the caller's, and what finds the grant in its answer. `values` fill in
 * `noGrantCovers`, which holds within a batch while no grant could cover the request.
 */
export const coveringGrantQuery = (ctx: OrganizationContext, facts: RequestFacts) => {
  const values = candidateValues(ctx, facts, ctx.now().getTime())
  return { statement: candidateGrants(ctx.db, values), values, read: narrowestOf(facts) }
}

const narrowestOf =
  (facts: RequestFacts) =>
  (candidates: GrantRow[]): CoveringGrant | null => {
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
