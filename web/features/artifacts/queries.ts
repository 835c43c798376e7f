import { infiniteQueryOptions, keepPreviousData, type QueryClient, queryOptions } from '@tanstack/react-query'
import { BackupStandings } from '../../../worker/features/artifacts/backups/contract.ts'
import { Artifact, ArtifactDetail } from '../../../worker/features/artifacts/contract.ts'
import { ArtifactDrill } from '../../../worker/features/artifacts/drills/contract.ts'
import { Restore } from '../../../worker/features/artifacts/restores/contract.ts'
import { BackupSchedule, type PutBackupSchedule } from '../../../worker/features/artifacts/schedules/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

/** What is under way is looked at this often beside what the live stream tells: that it began is no event. */
const underWayMs = 3_000

export type ArtifactFilter = { connector?: string | undefined; state?: string | undefined; intent?: string | undefined }

export const standingsQuery = (connectorId?: string) =>
  queryOptions({
    queryKey: ['artifacts', 'standings', connectorId ?? null],
    queryFn: () => request(BackupStandings, `/backups${queryString({ connectorId })}`),
    refetchInterval: ({ state }) =>
      state.data?.items.some(({ open, lastDrill }) => open !== null || lastDrill?.state === 'ordered')
        ? underWayMs
        : false,
  })

const isOpen = ({ state }: Artifact) => state === 'ordered' || state === 'uploading'

export const artifactsQuery = ({ connector, state, intent }: ArtifactFilter) =>
  infiniteQueryOptions({
    queryKey: ['artifacts', 'list', connector, state, intent],
    queryFn: ({ pageParam }) =>
      request(
        Page(Artifact),
        `/artifacts${queryString({ connectorId: connector, state, intent, limit: 30, cursor: pageParam })}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some(isOpen)) ? underWayMs : false,
  })

export const artifactQuery = (id: string) =>
  queryOptions({
    queryKey: ['artifacts', 'one', id],
    queryFn: () => request(ArtifactDetail, `/artifacts/${encodeURIComponent(id)}`),
    refetchInterval: ({ state: { data } }) => (data && isOpen(data) ? underWayMs : false),
  })

export const drillsQuery = (artifactId: string) =>
  infiniteQueryOptions({
    queryKey: ['artifacts', 'drills', artifactId],
    queryFn: ({ pageParam }) =>
      request(Page(ArtifactDrill), `/artifact-drills${queryString({ artifactId, limit: 10, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ items }) => items.some(({ state }) => state === 'ordered')) ? underWayMs : false,
  })

const underWay: ReadonlySet<Restore['state']> = new Set(['waiting', 'approved', 'started'])

export const restoresQuery = (connectorId?: string) =>
  infiniteQueryOptions({
    queryKey: ['artifacts', 'restores', connectorId ?? null],
    queryFn: ({ pageParam }) =>
      request(Page(Restore), `/restores${queryString({ connectorId, limit: 10, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some((page) => page.items.some(({ state }) => underWay.has(state))) ? underWayMs : false,
  })

export const orderBackup = (connectorId: string) =>
  request(Artifact, `/connectors/${connectorId}/backups`, { method: 'POST' })

export const orderDrill = (artifactId: string) =>
  request(ArtifactDrill, `/artifacts/${artifactId}/drills`, { method: 'POST' })

export const scheduleQuery = (connectorId: string) =>
  queryOptions({
    queryKey: ['artifacts', 'schedule', connectorId],
    queryFn: () => request(BackupSchedule, `/connectors/${connectorId}/backup-schedule`),
  })

export const putSchedule = (connectorId: string, version: number, body: PutBackupSchedule) =>
  request(BackupSchedule, `/connectors/${connectorId}/backup-schedule`, {
    method: 'PUT',
    body,
    headers: { 'If-Match': `"${version}"` },
  })

export const reloadArtifacts = (client: QueryClient) => client.invalidateQueries({ queryKey: ['artifacts'] })
