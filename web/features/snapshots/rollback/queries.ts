import { queryOptions } from '@tanstack/react-query'
import { RollbackPreview } from '../../../../worker/features/snapshots/contract.ts'
import type { ChangeCategory, SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { request } from '../../../api.ts'

export interface Wanted {
  scope: SnapshotScope
  version: number
  /** All of them when none are named. */
  categories: readonly ChangeCategory[]
}

/** What of it goes over the wire. */
export const bodyOf = ({ scope, version, categories }: Wanted) =>
  categories.length === 0 ? { scope, version } : { scope, version, categories }

/** What going back would do. The gateway is asked, and what is live there is saved as a version. */
export const previewQuery = (agentId: string, wanted: Wanted) =>
  queryOptions({
    queryKey: ['rollback-preview', agentId, wanted.scope, wanted.version, wanted.categories.toSorted().join()],
    queryFn: () =>
      request(RollbackPreview, `/agents/${agentId}/rollback/preview`, { method: 'POST', body: bodyOf(wanted) }),
    // Somebody reads it: it changes when they ask, not behind their back. The server refuses a preview that is overtaken.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
