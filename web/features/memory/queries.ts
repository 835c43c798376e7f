import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import {
  MemoryFile,
  MemoryFiles,
  MemoryFound,
  MemoryVersion,
  MemoryVersionShown,
} from '../../../worker/features/memory/contract.ts'
import { queryString, request, requestAll } from '../../api.ts'

const staleTime = 15_000
export const memoryOf = (agentId: string) => `/agents/${agentId}/memory`
export const memoryFileOf = (agentId: string, path: string) => `${memoryOf(agentId)}/files/${encodeURIComponent(path)}`

export const memoryFilesQuery = (agentId: string) =>
  queryOptions({
    queryKey: ['memory', agentId, 'files'],
    queryFn: () => request(MemoryFiles, `${memoryOf(agentId)}/files`),
    staleTime,
  })

export const memoryFileQuery = (agentId: string, path: string) =>
  queryOptions({
    queryKey: ['memory', agentId, 'file', path],
    queryFn: () => request(MemoryFile, memoryFileOf(agentId, path)),
    staleTime,
  })

export const memoryVersionsQuery = (agentId: string, path: string) =>
  queryOptions({
    queryKey: ['memory', agentId, 'versions', path],
    queryFn: () => requestAll(MemoryVersion, `${memoryOf(agentId)}/versions`, { path }),
  })

export const memoryVersionQuery = (agentId: string, id: string) =>
  queryOptions({
    queryKey: ['memory', agentId, 'version', id],
    queryFn: () => request(MemoryVersionShown, `${memoryOf(agentId)}/versions/${id}`),
  })

export const memorySearchQuery = (query: string, agentId?: string) =>
  queryOptions({
    queryKey: ['memory', agentId ?? 'all', 'search', query],
    queryFn: ({ signal }) => request(MemoryFound, `/memory/search${queryString({ query, agentId })}`, { signal }),
    enabled: query !== '',
    placeholderData: keepPreviousData,
    staleTime,
  })
