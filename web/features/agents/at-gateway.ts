import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import type { z } from 'zod'
import { AgentChange } from '../../../worker/features/agents/changes/contract.ts'
import { AgentConfig } from '../../../worker/features/agents/config/contract.ts'
import { AgentFile } from '../../../worker/features/agents/files/contract.ts'
import { Freshness } from '../../../worker/features/agents/live/contract.ts'
import { answers } from '../../../worker/features/connectors/link/questions/contract.ts'
import { Page } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'

/**
 * The beginning of the keys of everything that an agent's gateway was asked. Apart from `agents`, which every run makes
 * stale: a gateway is asked again when it was changed from here, or when somebody wants to know.
 */
export const atGatewayKey = (agentId: string) => ['at-gateway', agentId] as const

const staleTime = 15_000
const asked = <S extends z.ZodType>(agentId: string, part: string, schema: S) =>
  queryOptions({
    queryKey: [...atGatewayKey(agentId), part],
    queryFn: () => request(schema, `/agents/${agentId}/${part}`),
    staleTime,
  })
const freshness = { freshness: Freshness }

export const configQuery = (agentId: string) => asked(agentId, 'config', AgentConfig)
export const toolsQuery = (agentId: string) => asked(agentId, 'tools', answers['tools.catalog'].extend(freshness))
export const skillsQuery = (agentId: string) => asked(agentId, 'skills', answers.skills.extend(freshness))
export const channelsQuery = (agentId: string) => asked(agentId, 'channels', answers.channels.extend(freshness))
export const filesQuery = (agentId: string) => asked(agentId, 'files', answers['files.list'].extend(freshness))
export const modelsQuery = (agentId: string) => asked(agentId, 'models', answers.models.extend(freshness))
export const sessionsQuery = (agentId: string) => asked(agentId, 'sessions', answers.sessions.extend(freshness))

/** The tools that one of an agent's sessions has now, by the gateway's own reckoning. */
export const sessionToolsQuery = (agentId: string, sessionKey: string) =>
  queryOptions({
    queryKey: [...atGatewayKey(agentId), 'tools', sessionKey],
    queryFn: () =>
      request(answers['tools.effective'].extend(freshness), `/agents/${agentId}/tools${queryString({ sessionKey })}`),
    staleTime,
  })

export const fileQuery = (agentId: string, name: string) =>
  queryOptions({
    queryKey: [...atGatewayKey(agentId), 'file', name],
    queryFn: () => request(AgentFile, `/agents/${agentId}/files/${encodeURIComponent(name)}`),
    staleTime,
    retry: false,
  })

/** What the gateway says of a path of its configuration. It is the same as long as the gateway is. */
export const schemaQuery = (agentId: string, path: string) =>
  queryOptions({
    queryKey: ['gateway-schema', agentId, path],
    queryFn: () =>
      request(answers['config.schema'].extend(freshness), `/agents/${agentId}/schema${queryString({ path })}`),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  })

/** Asked again until it is known what became of the change. */
export const changeQuery = (agentId: string, changeId: string) =>
  queryOptions({
    queryKey: ['agent-changes', agentId, 'one', changeId],
    queryFn: () => request(AgentChange, `/agents/${agentId}/changes/${changeId}`),
    refetchInterval: (query) => (query.state.data?.state === 'ordered' ? 1_500 : false),
  })

export const changesQuery = (agentId: string) =>
  infiniteQueryOptions({
    queryKey: ['agent-changes', agentId, 'list'],
    queryFn: ({ pageParam }) =>
      request(Page(AgentChange), `/agents/${agentId}/changes${queryString({ limit: 10, cursor: pageParam })}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
  })
