import type { OrganizationContext } from '../../../platform/context.ts'
import { iso } from '../../../platform/time.ts'
import type { SavedSearch } from './contract.ts'
import { mayChange, type Searcher } from './rules.ts'
import type { DescribedSearch } from './store.ts'

/** The person on whose authority is asked, whose searches these are: an API key has those of its creator. */
export const searcherOf = ({ person, actor, capabilities }: OrganizationContext): Searcher => ({
  id: person?.id ?? actor.id,
  administers: capabilities.has('organization.write'),
})

export const viewSearch = (row: DescribedSearch, searcher: Searcher): SavedSearch => ({
  id: row.id,
  name: row.name,
  query: row.query,
  isShared: row.isShared,
  isOwn: row.ownerId === searcher.id,
  ownerName: row.ownerName ?? '',
  mayChange: mayChange(row, searcher),
  changedAt: iso(row.changedAt),
})
