import type { OrganizationContext } from '../../../platform/context.ts'
import { AppError, notFound } from '../../../platform/errors.ts'
import { drainSoon } from '../drain.ts'
import { auditStatement } from '../record.ts'
import type { ChangeSearch, SavedSearch } from './contract.ts'
import { mayChange, type Searcher } from './rules.ts'
import { refusal } from './save.ts'
import { changeSearchStatement, type DescribedSearch, deleteSearchStatement, getSearch } from './store.ts'
import { searcherOf, viewSearch } from './view.ts'

const ofOthers = () =>
  new AppError('forbidden', 'A shared search is changed by its author, or by whoever administers the organization.')

const changeable = async (ctx: OrganizationContext, searchId: string, searcher: Searcher): Promise<DescribedSearch> => {
  const search = await getSearch(ctx, searchId, searcher)
  if (!mayChange(search, searcher)) throw ofOthers()
  return search
}

/**
 * Renames a search, gives it another query, shares it or takes it back. What is so already writes nothing. Throws
 * `not_found`, `forbidden`, and `conflict` for a name that is taken.
 */
export const changeSearch = async (
  ctx: OrganizationContext,
  searchId: string,
  change: ChangeSearch,
): Promise<SavedSearch> => {
  const searcher = searcherOf(ctx)
  const before = await changeable(ctx, searchId, searcher)
  const { name = before.name, query = before.query, isShared = before.isShared } = change
  const fields = [
    ...(name === before.name ? [] : ['name']),
    ...(JSON.stringify(query) === JSON.stringify(before.query) ? [] : ['query']),
    ...(isShared === before.isShared ? [] : ['isShared']),
  ]
  if (fields.length === 0) return viewSearch(before, searcher)
  const after = { ...before, name, query, isShared, changedAt: ctx.now().getTime() }
  const [changed] = await ctx.db.batch([
    changeSearchStatement(ctx, searcher, before, after),
    auditStatement(ctx, 'audit.search-changed', { searchId, name, isShared, fields }, { target: searchId }),
  ])
  if (changed.meta.changes === 0) throw await refusal(ctx, after)
  await drainSoon(ctx, ctx.organizationId)
  return viewSearch(after, searcher)
}

/** Throws `not_found` for one that is gone already, and `forbidden`. */
export const removeSearch = async (ctx: OrganizationContext, searchId: string): Promise<void> => {
  const searcher = searcherOf(ctx)
  const { name, isShared } = await changeable(ctx, searchId, searcher)
  const [removed] = await ctx.db.batch([
    deleteSearchStatement(ctx, searcher, searchId),
    auditStatement(ctx, 'audit.search-removed', { searchId, name, isShared }, { target: searchId }),
  ])
  if (removed.meta.changes === 0) throw notFound('Saved search')
  await drainSoon(ctx, ctx.organizationId)
}
