import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import {
  AgentDrift,
  AgentStateAt,
  Snapshot,
  SnapshotWithContent,
  VersionsDiff,
} from '../../../worker/features/snapshots/contract.ts'
import type { SnapshotScope } from '../../../worker/features/snapshots/diff/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

/** The beginning of the keys of everything that is known of an agent's versions. */
export const snapshotsKey = (agentId: string) => ['snapshots', agentId] as const

const versionsPerPage = 15

/** The newest first. */
export const versionsQuery = (agentId: string, scope: SnapshotScope) =>
  infiniteQueryOptions({
    queryKey: [...snapshotsKey(agentId), 'versions', scope],
    queryFn: ({ pageParam }) =>
      request(
        Page(Snapshot),
        `/agents/${agentId}/versions${queryString({ scope, limit: versionsPerPage, cursor: pageParam })}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })

// Versions never change, so what was read of them once stays true. Apart from `snapshots`, which events make stale.
const unchanging = { staleTime: Number.POSITIVE_INFINITY, retry: false } as const

export const versionQuery = (agentId: string, scope: SnapshotScope, version: number) =>
  queryOptions({
    queryKey: ['snapshot', agentId, scope, version],
    queryFn: () => request(SnapshotWithContent, `/agents/${agentId}/versions/${version}${queryString({ scope })}`),
    ...unchanging,
  })

export type End = number | 'live'

const askDiff = (agentId: string, scope: SnapshotScope, from: End, to: End) =>
  request(VersionsDiff, `/agents/${agentId}/diff${queryString({ scope, from, to })}`)

/** From one version to another. */
export const diffQuery = (agentId: string, scope: SnapshotScope, from: number, to: number) =>
  queryOptions({
    queryKey: ['snapshot-diff', agentId, scope, from, to],
    queryFn: () => askDiff(agentId, scope, from, to),
    ...unchanging,
  })

/** With `live` the gateway is asked, and what it says becomes a version. */
export const liveDiffQuery = (agentId: string, scope: SnapshotScope, from: End, to: End) =>
  queryOptions({
    queryKey: [...snapshotsKey(agentId), 'live-diff', scope, from, to],
    queryFn: () => askDiff(agentId, scope, from, to),
    staleTime: 15_000,
    retry: false,
  })

/** By what the gateway said last; it is not asked. */
export const driftQuery = (agentId: string) =>
  queryOptions({
    queryKey: [...snapshotsKey(agentId), 'drift'],
    queryFn: () => request(AgentDrift, `/agents/${agentId}/drift`),
  })

export const stateAtQuery = (agentId: string, at: string) =>
  queryOptions({
    queryKey: [...snapshotsKey(agentId), 'state-at', at],
    queryFn: () => request(AgentStateAt, `/agents/${agentId}/state-at${queryString({ at })}`),
    retry: false,
  })
