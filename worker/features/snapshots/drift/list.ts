import { z } from 'zod'
import type { OrganizationContext } from '../../../platform/context.ts'
import { fromCursor, toCursor } from '../../../platform/page.ts'
import { iso } from '../../../platform/time.ts'
import type { DriftedAgent, ListDrift } from '../contract.ts'
import { changeCategories, type SemanticDiff, SnapshotScope } from '../diff/contract.ts'
import { isAtLeast } from '../diff/rules.ts'
import { readContents } from '../taking/contents.ts'
import { driftBetween } from './compare.ts'
import { ignoredPatterns } from './ignores.ts'
import { watched } from './rules.ts'
import { driftCandidates } from './store.ts'

/** Compared for one request; a page may hold fewer than asked for, and still go on. */
const comparedMax = 400
const atOnce = 50

const Beyond = z.strictObject({ since: z.number().int(), agentId: z.string(), scope: SnapshotScope })
type Beyond = z.infer<typeof Beyond>

/**
 * All agents of the organization whose gateway said something else last than was made or accepted here, the newest drift
 * first. By what was said last: no gateway is asked. Throws `invalid` for a foreign cursor.
 */
export const listDrift = async (
  ctx: OrganizationContext,
  { limit, cursor, scope, risk, ...filter }: ListDrift,
): Promise<{ items: DriftedAgent[]; nextCursor: string | null }> => {
  const scopes = watched.filter((each) => scope === undefined || each === scope)
  const patterns = await ignoredPatterns(ctx)
  const items: DriftedAgent[] = []
  let beyond = fromCursor(Beyond, cursor)
  for (let compared = 0; compared < comparedMax; ) {
    const candidates = await nextCandidates(ctx, scopes, filter, beyond)
    const batch = candidates.slice(0, atOnce)
    const contents = await readContents(
      ctx,
      batch.flatMap(({ trustedHash, newestHash }) => [trustedHash, newestHash]),
    )
    for (const candidate of batch) {
      const before = contents.get(candidate.trustedHash) ?? {}
      const after = contents.get(candidate.newestHash) ?? {}
      const of = { isHeld: candidate.isHeld === 1, cause: candidate.newestCause }
      const diff = driftBetween({ scope: candidate.scope, before, after }, of, patterns)
      const { since, agentId } = candidate
      if (diff.risk !== null && isAtLeast(diff.risk, risk ?? 'low')) {
        if (items.length === limit) return { items, nextCursor: toCursor(beyond) }
        items.push(viewOf(candidate, diff.risk, diff.changes))
      }
      beyond = { since, agentId, scope: candidate.scope }
    }
    if (candidates.length <= atOnce) return { items, nextCursor: null }
    compared += batch.length
  }
  return { items, nextCursor: toCursor(beyond) }
}

type Candidate = Awaited<ReturnType<typeof driftCandidates>>[number] & { scope: SnapshotScope }

/** One more than are compared at once, of all scopes, in the order of the list. */
const nextCandidates = async (
  ctx: OrganizationContext,
  scopes: readonly SnapshotScope[],
  filter: Omit<ListDrift, 'limit' | 'cursor' | 'scope' | 'risk'>,
  beyond: Beyond | undefined,
): Promise<Candidate[]> => {
  const of = await Promise.all(
    scopes.map(async (scope) => {
      const isOpen = beyond !== undefined && watched.indexOf(scope) > watched.indexOf(beyond.scope)
      const from = beyond && { since: beyond.since, agentId: beyond.agentId, isOpen }
      return (await driftCandidates(ctx, scope, filter, atOnce + 1, from)).map((row) => ({ ...row, scope }))
    }),
  )
  return of
    .flat()
    .sort(inOrder)
    .slice(0, atOnce + 1)
}

const inOrder = (a: Candidate, b: Candidate): number => {
  if (a.since !== b.since) return b.since - a.since
  if (a.agentId !== b.agentId) return a.agentId < b.agentId ? 1 : -1
  return watched.indexOf(a.scope) - watched.indexOf(b.scope)
}

const viewOf = (
  { agentId, agentName, connectorId, scope, trusted, newest, since, at }: Candidate,
  risk: NonNullable<SemanticDiff['risk']>,
  changes: SemanticDiff['changes'],
): DriftedAgent => ({
  agentId,
  agentName,
  connectorId,
  scope,
  trusted,
  newest,
  since: iso(since),
  at: iso(at),
  changes: changes.length,
  categories: changeCategories.filter((category) => changes.some((change) => change.category === category)),
  risk,
})
