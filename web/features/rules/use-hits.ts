import { useQuery } from '@tanstack/react-query'
import type { RuleSet } from '../../../worker/features/rules/contract.ts'
import { serverNow } from '../../clock.ts'
import { replayRules } from './replay-stream.ts'

const dayMs = 86_400_000

/** How many requests of the last 30 days each rule in force would have decided; null until that is counted. */
export const useHits = (current: RuleSet) => {
  const { data } = useQuery({
    queryKey: ['rules', 'hits', current.version],
    queryFn: ({ signal }) => {
      const to = new Date(serverNow())
      const from = new Date(to.getTime() - 30 * dayMs)
      return replayRules({ from, to }, { signal, progress: () => {} })
    },
    enabled: current.rules.length > 0,
    staleTime: 10 * 60_000,
    gcTime: 30 * 60_000,
    refetchOnWindowFocus: false,
    retry: false,
  })
  return data ? new Map(data.rules.map((rule) => [rule.id, rule.hits])) : null
}
