import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { AgentConfig } from '../../../worker/features/agents/config/contract.ts'
import {
  AgentComparison,
  AgentEffective,
  type EffectiveOf,
  EffectivePreview,
  type PreviewEffective,
} from '../../../worker/features/agents/explain/api/contract.ts'
import { answers } from '../../../worker/features/connectors/link/questions/contract.ts'
import { Snapshot } from '../../../worker/features/snapshots/contract.ts'
import { queryString, request, requestAll } from '../../api.ts'

/** The explanation of an agent in a situation; while another one is on its way the last one stays in sight. */
export const effectiveQuery = (id: string, asked: EffectiveOf) =>
  queryOptions({
    queryKey: ['agents', 'effective', id, asked],
    queryFn: () => request(AgentEffective, `/agents/${id}/effective${queryString(asked)}`),
    placeholderData: keepPreviousData,
    staleTime: 30_000,
  })

export const previewEffective = (id: string, body: PreviewEffective) =>
  request(EffectivePreview, `/agents/${id}/effective/preview`, { method: 'POST', body })

export const comparisonQuery = (id: string, other: string) =>
  queryOptions({
    queryKey: ['agents', 'comparison', id, other],
    queryFn: () => request(AgentComparison, `/agents/${id}/effective/difference${queryString({ with: other })}`),
    staleTime: 30_000,
  })

/** The lists as they stand, to be edited. */
export const listsQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'config', id],
    queryFn: () => request(AgentConfig, `/agents/${id}/config`),
    staleTime: 30_000,
  })

export const agentModelsQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'models', id],
    queryFn: () => request(answers.models, `/agents/${id}/models`),
    staleTime: 60_000,
  })

export const momentsQuery = (id: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['agents', 'moments', id, from, to],
    queryFn: () => request(AgentComparison, `/agents/${id}/effective/moments${queryString({ from, to })}`),
    staleTime: 30_000,
  })

/** The versions of an agent's entry, to choose a moment by. */
export const versionsQuery = (id: string) =>
  queryOptions({
    queryKey: ['agents', 'versions', id, 'explainer'],
    queryFn: () => requestAll(Snapshot, `/agents/${id}/versions`),
    staleTime: 30_000,
  })
