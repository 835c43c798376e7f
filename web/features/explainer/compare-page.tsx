import { type UseQueryResult, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeftRight } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { Agent } from '../../../worker/features/agents/contract.ts'
import type { AgentComparison } from '../../../worker/features/agents/explain/api/contract.ts'
import { shortMoment } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { Filter } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Empty, Failed, Note, Skeleton } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { AgentSelect, useNamedAgent, wordsOf } from '../agents/agent-select.tsx'
import { agentNamesQuery } from '../agents/queries.ts'
import { Difference } from './difference.tsx'
import { comparisonQuery, momentsQuery, versionsQuery } from './queries.ts'
import { SideBySide } from './side-by-side.tsx'

type Chosen = { one?: string; other?: string; from?: string; to?: string }

/** Two agents, of one gateway or of two, and what one has that the other has not. */
export function ComparePage() {
  const t = useT()
  const search = useSearch({ from: '/room/explainer/compare' })
  const { one, other } = search
  const navigate = useNavigate()
  const agents = useQuery(agentNamesQuery)
  const choose = (next: Chosen) =>
    void navigate({ to: '/explainer/compare', search: (before) => ({ ...before, ...next }), replace: true })
  return (
    <Page title={t('explainer.compared.title')} lead={t('explainer.compared.lead')}>
      <div className="mb-6 flex flex-wrap items-center gap-2">
        <AgentSelect
          label={t('explainer.compared.one')}
          none={t('explainer.compared.choose')}
          value={one ?? ''}
          choose={(id) => choose({ one: id })}
        />
        <button
          type="button"
          className="btn btn-quiet btn-icon"
          aria-label={t('explainer.compared.swap')}
          disabled={!one || !other}
          onClick={() => choose({ one: other ?? '', other: one ?? '' })}
        >
          <ArrowLeftRight size={15} aria-hidden />
        </button>
        <AgentSelect
          label={t('explainer.compared.other')}
          none={t('explainer.compared.choose')}
          value={other ?? ''}
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
        <Moments id={one} from={search.from} to={search.to} choose={choose} />
      ) : (
        <TwoAgents one={one} other={other} />
      )}
    </Page>
  )
}

function TwoAgents({ one, other }: { one: string; other: string }) {
  const agents = [useNamedAgent(one), useNamedAgent(other)] as const
  const isSameName = agents[0]?.name === agents[1]?.name
  // Under each gateway there is a main: then the gateway's name tells the two apart.
  const nameOf = (agent: Agent) => (isSameName ? wordsOf(agent) : agent.name)
  const names = [agents[0] ? nameOf(agents[0]) : one, agents[1] ? nameOf(agents[1]) : other] as const
  return <Compared query={useQuery(comparisonQuery(one, other))} names={names} />
}

/** One agent at two moments: versions of its entry, and now. */
function Moments(props: {
  id: string
  from: string | undefined
  to: string | undefined
  choose: (next: Chosen) => void
}) {
  const t = useT()
  const locale = useLocale()
  const versions = useQuery(versionsQuery(props.id))
  const known = versions.data?.items ?? []
  const from = props.from ?? String(known[1]?.version ?? known[0]?.version ?? 1)
  const to = props.to ?? 'live'
  const compared = useQuery({ ...momentsQuery(props.id, from, to), enabled: versions.isSuccess && known.length > 0 })
  const nameOf = (moment: string) => {
    const version = known.find((each) => String(each.version) === moment)
    if (moment === 'live') return t('explainer.compared.now')
    const words = { version: moment, moment: version ? shortMoment(locale, Date.parse(version.at)) : '' }
    return t('explainer.compared.version', words)
  }
  if (versions.isError)
    return <Failed what={t('explainer.compared.failed')} error={versions.error} retry={() => void versions.refetch()} />
  if (!versions.data) return <Skeleton rows={9} height={40} />
  if (known.length === 0) return <Note>{t('explainer.compared.noVersions')}</Note>
  return (
    <>
      <div className="mb-5 flex flex-wrap items-center gap-2">
        {(['from', 'to'] as const).map((end) => (
          <Filter
            key={end}
            label={t(end === 'from' ? 'explainer.compared.one' : 'explainer.compared.other')}
            value={end === 'from' ? from : to}
            onChange={(event) => props.choose({ [end]: event.target.value })}
          >
            {['live', ...known.map(({ version }) => String(version))].map((moment) => (
              <option key={moment} value={moment}>
                {nameOf(moment)}
              </option>
            ))}
          </Filter>
        ))}
        <span className="text-2xs text-ink-2">{t('explainer.compared.momentsLead')}</span>
      </div>
      <Compared query={compared} names={[nameOf(from), nameOf(to)]} isChange />
    </>
  )
}

function Compared(props: {
  query: UseQueryResult<AgentComparison>
  names: readonly [string, string]
  isChange?: boolean
}) {
  const t = useT()
  const { query, names } = props
  if (!query.data)
    return query.isError ? (
      <Failed what={t('explainer.compared.failed')} error={query.error} retry={() => void query.refetch()} />
    ) : (
      <Skeleton rows={9} height={40} />
    )
  const { freshness, difference } = query.data
  return (
    <>
      <Freshness name={names[0]} freshness={freshness.one} />
      {props.isChange ? null : <Freshness name={names[1]} freshness={freshness.other} />}
      <SideBySide compared={query.data} names={names} />
      <div className="mt-8">
        {props.isChange ? <Difference difference={difference} /> : <Difference difference={difference} names={names} />}
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
