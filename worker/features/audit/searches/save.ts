import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError } from '../../../platform/errors.ts'
import { drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import type { SearchRow } from '../schema.ts'
import { ownSearchesMax, type SavedSearch, type SaveSearch, sharedSearchesMax } from './contract.ts'
import { getSearch, insertSearchStatement, isNameTaken } from './store.ts'
import { searcherOf, viewSearch } from './view.ts'

/** Keeps a search for its person, or for all. Throws `conflict` for a name that is taken, and when there are too many. */
export const saveSearch = async (
  ctx: OrganizationContext,
  { name, query, isShared }: SaveSearch,
): Promise<SavedSearch> => {
  const searcher = searcherOf(ctx)
  const { organizationId } = ctx
  const changedAt = ctx.now().getTime()
  const row = { id: ctx.newId('sch'), organizationId, ownerId: searcher.id, name, query, isShared, changedAt }
  const [saved] = await ctx.db.batch([
    insertSearchStatement(ctx, row),
    auditStatement(ctx, 'audit.search-saved', { searchId: row.id, name, isShared }, { target: row.id }),
  ])
  if (saved.meta.changes === 0) throw await refusal(ctx, row)
  await drainSoon(ctx, organizationId)
  return viewSearch(await getSearch(ctx, row.id, searcher), searcher)
}

/** Why a search could not be kept as it was wanted. */
export const refusal = async (ctx: OrganizationContext, row: SearchRow): Promise<AppError> =>
  (await isNameTaken(ctx, row))
    ? new AppError('conflict', 'Another saved search has this name.', { context: { name: row.name } })
    : new AppError(
        'conflict',
        `A person keeps ${ownSearchesMax} searches, an organization shares ${sharedSearchesMax}, or somebody was faster.`,
      )
