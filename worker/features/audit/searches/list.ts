import type { OrganizationContext } from '../../../platform/context.ts'
import type { SavedSearch } from './contract.ts'
import { searchesSeenBy } from './store.ts'
import { searcherOf, viewSearch } from './view.ts'

/** The caller's own searches and those that are shared, by name. */
export const listSearches = async (ctx: OrganizationContext): Promise<SavedSearch[]> => {
  const searcher = searcherOf(ctx)
  return (await searchesSeenBy(ctx, searcher)).map((row) => viewSearch(row, searcher))
}
