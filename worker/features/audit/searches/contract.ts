import { z } from 'zod'
import { Id, Timestamp } from '../../../platform/contract.ts'
import { backwards, inOrder, SearchFilter } from '../contract.ts'

/** How many searches a person keeps, and how many an organization shares. */
export const ownSearchesMax = 50
export const sharedSearchesMax = 200

/** What is searched for: at least one filter, as the list of events takes it, and an order. */
export const SavedQuery = SearchFilter.extend({ order: z.enum(['newest', 'oldest']).optional() })
  .refine(inOrder, backwards)
  .refine(({ order: _, ...filter }) => Object.values(filter).some((value) => value !== undefined), 'names no filter')
export type SavedQuery = z.infer<typeof SavedQuery>

const Name = z.string().trim().min(1).max(80)

export const SavedSearch = z.object({
  id: Id('sch'),
  /** One of its owner's has this name, not two. */
  name: Name,
  query: SavedQuery,
  /** Everybody of the organization who reads the audit sees it. */
  isShared: z.boolean(),
  isOwn: z.boolean(),
  /** Empty once its owner is gone. */
  ownerName: z.string(),
  /** Whether the caller may change and remove it. */
  mayChange: z.boolean(),
  changedAt: Timestamp,
})
export type SavedSearch = z.infer<typeof SavedSearch>
/** All that the caller sees; not paged, since their number is bounded. */
export const SavedSearches = z.object({ items: z.array(SavedSearch) })

export const SaveSearch = z.strictObject({ name: Name, query: SavedQuery, isShared: z.boolean().default(false) })
export type SaveSearch = z.infer<typeof SaveSearch>

export const ChangeSearch = z
  .strictObject({ name: Name.optional(), query: SavedQuery.optional(), isShared: z.boolean().optional() })
  .refine((change) => Object.values(change).some((value) => value !== undefined), 'changes nothing')
export type ChangeSearch = z.infer<typeof ChangeSearch>
