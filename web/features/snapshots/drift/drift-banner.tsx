import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import type { Agent } from '../../../../worker/features/agents/contract.ts'
import type { Drift } from '../../../../worker/features/snapshots/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { Ago } from '../../../ui/time.tsx'
import { groupsOf } from '../diff/rows.ts'
import { DiffSummary } from '../diff/summary.tsx'
import { mayRestore, scopeSearch } from '../history/place.ts'
import { driftQuery } from '../queries.ts'
import { type Acceptable, AcceptDialog } from './accept-dialog.tsx'
import { useDriftCheck } from './use-drift.ts'

/** Says that somebody changed an agent at its gateway: since when, what, and the ways on. Nothing while nobody did. */
export function DriftBanner({ agent }: { agent: Agent }) {
  const found = useQuery({ ...driftQuery(agent.id), enabled: agent.state === 'active' }).data
  const drifted = found?.scopes.filter((one) => one.drifted) ?? []
  return drifted.map((one) => <Line key={one.scope} agent={agent} drift={one} />)
}

function Line({ agent, drift }: { agent: Agent; drift: Drift }) {
  const t = useT()
  const may = useCan('agents.write')
  const check = useDriftCheck(agent.id)
  const [accepting, setAccepting] = useState<Acceptable | null>(null)
  const { scope, trusted, newest, since, risk } = drift
  if (!trusted || !newest) return null
  const of = scopeSearch(scope)
  return (
    <section
      aria-label={t(`snapshots.drift.scope.${scope}`)}
      className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2.5 rounded-md bg-medium-soft py-2.5 pr-2.5 pl-3"
    >
      <div className="flex min-w-0 flex-1 basis-72 items-start gap-2.5">
        <span className="pt-0.5">{risk ? <RiskGlyph risk={risk} /> : null}</span>
        <div className="min-w-0 text-xs">
          <p className="font-medium text-medium">
            {t(`snapshots.drift.scope.${scope}`)} {since ? <Ago at={since} className="font-normal" /> : null}
          </p>
          <p className="text-ink-2">
            <DiffSummary counts={groupsOf(drift.changes)} />
            <span aria-hidden> · </span>
            {t('snapshots.drift.baseline', { version: trusted.version })}
          </p>
        </div>
      </div>
      <div className="flex flex-wrap gap-2 max-md:basis-full">
        <Link
          to="/agents/$id/history"
          params={{ id: agent.id }}
          search={{ ...of, from: String(trusted.version), to: String(newest.version) }}
          className="btn max-md:flex-1"
        >
          {t('snapshots.drift.look')}
        </Link>
        {may ? (
          <>
            <button
              type="button"
              className="btn max-md:flex-1"
              disabled={check.isPending}
              onClick={() => check.mutate()}
            >
              {t(check.isPending ? 'snapshots.drift.checking' : 'snapshots.drift.check')}
            </button>
            <button
              type="button"
              className="btn max-md:flex-1"
              onClick={() =>
                setAccepting({
                  agentId: agent.id,
                  agentName: agent.displayName ?? agent.name,
                  scope,
                  newest: newest.version,
                  trusted: trusted.version,
                  risk,
                })
              }
            >
              {t('snapshots.drift.accept')}
            </button>
            {mayRestore(scope) ? (
              <Link
                to="/agents/$id/history"
                params={{ id: agent.id }}
                search={{ ...of, rollback: String(trusted.version) }}
                className="btn btn-primary max-md:flex-1"
              >
                {t('snapshots.drift.restore')}
              </Link>
            ) : null}
          </>
        ) : null}
      </div>
      {accepting ? <AcceptDialog drift={accepting} close={() => setAccepting(null)} /> : null}
    </section>
  )
}
