import { useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeftRight } from 'lucide-react'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import type { AgentComparison } from '../../../worker/features/agents/explain/api/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Filter } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, Note, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { agentNamesQuery } from '../agents/queries.ts'
import { Difference } from './difference.tsx'
import { comparisonQuery } from './queries.ts'
import { SideBySide } from './side-by-side.tsx'

type Chosen = { one?: string; other?: string }

/** Two agents, of one gateway or of two, and what one has that the other has not. */
export function ComparePage() {
  const t = useT()
  const { one, other } = useSearch({ from: '/room/explainer/compare' })
  const navigate = useNavigate()
  const agents = useQuery(agentNamesQuery)
  const known = agents.data?.items ?? []
  const choose = (next: Chosen) =>
    void navigate({ to: '/explainer/compare', search: (before) => ({ ...before, ...next }), replace: true })
  return (
    <Page title={t('explainer.compared.title')} lead={t('explainer.compared.lead')}>
      <div className="mb-6 flex flex-wrap items-center gap-2">
        <Choice label={t('explainer.compared.one')} agents={known} value={one} choose={(id) => choose({ one: id })} />
        <button
          type="button"
          className="btn btn-quiet btn-icon"
          aria-label={t('explainer.compared.swap')}
          disabled={!one || !other}
          onClick={() => choose({ one: other ?? '', other: one ?? '' })}
        >
          <ArrowLeftRight size={15} aria-hidden />
        </button>
        <Choice
          label={t('explainer.compared.other')}
          agents={known}
          value={other}
          choose={(id) => choose({ other: id })}
        />
      </div>
      {agents.isError ? (
        <Failed what={t('agents.failed')} error={agents.error} retry={() => void agents.refetch()} />
      ) : !one || !other ? (
        <Empty
          icon={<ArrowLeftRight size={20} strokeWidth={1.75} aria-hidden />}
          title={t('explainer.compared.empty.title')}
          body={t('explainer.compared.empty.body')}
        />
      ) : one === other ? (
        <Note>{t('explainer.compared.same')}</Note>
      ) : (
        <Compared one={one} other={other} nameOf={(id) => known.find((agent) => agent.id === id)?.name ?? id} />
      )}
    </Page>
  )
}

function Choice(props: {
  label: string
  agents: readonly Agent[]
  value: string | undefined
  choose: (id: string) => void
}) {
  const t = useT()
  return (
    <Filter label={props.label} value={props.value ?? ''} onChange={(event) => props.choose(event.target.value)}>
      <option value="">{t('explainer.compared.choose')}</option>
      {props.agents.map((agent) => (
        <option key={agent.id} value={agent.id}>
          {agent.name} · {agent.connectorName}
        </option>
      ))}
    </Filter>
  )
}

function Compared(props: { one: string; other: string; nameOf: (id: string) => string }) {
  const t = useT()
  const { one, other } = props
  const compared = useQuery(comparisonQuery(one, other))
  if (!compared.data)
    return compared.isError ? (
      <Failed what={t('explainer.compared.failed')} error={compared.error} retry={() => void compared.refetch()} />
    ) : (
      <Skeleton rows={9} height={40} />
    )
  const names = [props.nameOf(one), props.nameOf(other)] as const
  return (
    <>
      <Freshness name={names[0]} freshness={compared.data.freshness.one} />
      <Freshness name={names[1]} freshness={compared.data.freshness.other} />
      <SideBySide compared={compared.data} names={names} />
      <div className="mt-8">
        <Difference difference={compared.data.difference} />
      </div>
    </>
  )
}

function Freshness({ name, freshness }: { name: string; freshness: AgentComparison['freshness']['one'] }) {
  const t = useT()
  if (freshness.source === 'live') return null
  return (
    <div className="mb-3">
      <Note tone="warn">{t.rich('explainer.compared.stale', { name, ago: () => <Ago at={freshness.at} /> })}</Note>
    </div>
  )
}
