/** Who asks: the person, and whether they administer the organization. */
export interface Searcher {
  id: string
  administers: boolean
}

/** One's own, and what is shared; the rest does not exist for others. */
export const maySee = (search: { ownerId: string; isShared: boolean }, { id }: Searcher): boolean =>
  search.ownerId === id || search.isShared

/** The author; and of what is shared also whoever administers the organization. */
export const mayChange = (search: { ownerId: string; isShared: boolean }, { id, administers }: Searcher): boolean =>
  search.ownerId === id || (search.isShared && administers)
