import { useQuery } from '@tanstack/react-query'
import { serverNow } from '../../clock.ts'
import { useT } from '../../i18n/use-t.ts'
import { CostText } from './cost-text.tsx'
import { agentCostQuery } from './queries.ts'
import { rangeOf } from './range.ts'

/** What an agent's runs of this month cost, as a line of a list. */
export function AgentCost({ agentId }: { agentId: string }) {
  const t = useT()
  const found = useQuery(agentCostQuery(agentId, rangeOf({ days: 'month' }, serverNow())))
  const mine = found.data
  return (
    <li className="flex flex-wrap items-baseline gap-x-3 py-2.5">
      <span className="flex-1">{t('cost.range.preset.month')}</span>
      {mine === undefined ? null : (
        <span className="tnum text-2xs text-ink-2">{t('cost.agent.runs', { count: mine?.runs ?? 0 })}</span>
      )}
      <span className="tnum text-base font-semibold">
        {mine === undefined ? '—' : <CostText microUsd={mine === null ? 0 : mine.costMicroUsd} />}
      </span>
    </li>
  )
}
