import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Section } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { AgentCost } from '../cost/agent-cost.tsx'
import { BudgetLine } from './budget-line.tsx'
import { coveringQuery } from './queries.ts'

/** For an agent's overview: what it cost this month, and the budgets that count it. */
export function AgentSpending({ agentId }: { agentId: string }) {
  const t = useT()
  const mayRead = useCan('cost.read')
  const covering = useQuery({ ...coveringQuery(agentId), enabled: mayRead })
  if (!mayRead) return null
  const budgets = covering.data?.items ?? []
  return (
    <Section
      title={t('cost.agent.title')}
      aside={
        <Link to="/cost" className="aside-link">
          {t('cost.agent.toCost')}
        </Link>
      }
    >
      {covering.isPending ? (
        <Skeleton rows={2} height={44} />
      ) : covering.isError && !covering.data ? (
        <Failed what={t('budgets.failed')} error={covering.error} retry={() => void covering.refetch()} />
      ) : (
        <ul className="hairlines">
          <AgentCost agentId={agentId} />
          {budgets.map((budget) => (
            <BudgetLine key={budget.id} budget={budget} />
          ))}
          {budgets.length === 0 ? <li className="py-2.5 text-ink-2">{t('cost.agent.noBudget')}</li> : null}
        </ul>
      )}
    </Section>
  )
}
