import { useNavigate, useSearch } from '@tanstack/react-router'
import type { AgentFilter } from '../queries.ts'

/** The filter lives in the URL: a link shows the same list, and going back leads to it. */
export const useAgentFilter = () => {
  const search = useSearch({ from: '/room/agents' })
  const navigate = useNavigate()
  const choose = (change: Partial<typeof search>) =>
    void navigate({ to: '/agents', search: (before) => ({ ...before, ...change }), replace: true })
  const clear = () => void navigate({ to: '/agents', search: {}, replace: true })
  const { sort: _, ...narrowing } = search
  return { search, choose, clear, chosen: Object.values(narrowing).filter(Boolean).length }
}
export type Filtering = ReturnType<typeof useAgentFilter>

export const filterOf = (search: Filtering['search'], query: string | undefined): AgentFilter => ({
  query,
  connectorId: search.connector,
  health: search.health,
  control: search.control,
  resourceGroup: search.group,
  tag: search.tag?.trim().toLowerCase(),
  ownerId: search.owner,
  state: search.state ?? 'active',
  sort: search.sort,
})
