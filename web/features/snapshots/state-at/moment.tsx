import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { GitCompareArrows } from 'lucide-react'
import { useId } from 'react'
import { useLocale } from 'use-intl'
import type { z } from 'zod'
import type { SnapshotWithContent } from '../../../../worker/features/snapshots/contract.ts'
import { absolute } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Fact, Facts, Section } from '../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { BudgetsThen } from '../../budgets/budgets-then.tsx'
import { Content } from '../history/content.tsx'
import type { HistorySearch } from '../history/place.ts'
import { stateAtQuery } from '../queries.ts'
import { localMoment, momentOf } from './local-moment.ts'
import { PolicyThen } from './policy-then.tsx'

/** What was in force for an agent at a moment, as far as it had been seen by then. */
export function Moment(props: { agentId: string; at: string; go: (search: HistorySearch) => void }) {
  const t = useT()
  const id = useId()
  const locale = useLocale()
  const { agentId, at, go } = props
  const found = useQuery(stateAtQuery(agentId, at))
  const state = found.data
  return (
    <Section title={t('snapshots.moment.title')}>
      <div className="mb-4 flex flex-wrap items-end gap-x-3 gap-y-2">
        <div>
          <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
            {t('snapshots.moment.at')}
          </label>
          <input
            id={id}
            type="datetime-local"
            step={1}
            className="field tnum w-auto"
            value={localMoment(at)}
            max={localMoment(new Date().toISOString())}
            onChange={(event) => {
              const chosen = momentOf(event.target.value)
              if (chosen) go({ at: chosen })
            }}
          />
        </div>
        <p className="pb-1.5 text-2xs text-ink-2">{absolute(locale, Date.parse(at))}</p>
      </div>
      {!state ? (
        found.isError ? (
          <Failed what={t('snapshots.moment.failed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={4} height={44} />
        )
      ) : (
        <>
          <Facts>
            <Fact name={t('snapshots.scope.agent_config')}>
              <VersionLink one={state.config} go={go} />
            </Fact>
            <Fact name={t('snapshots.scope.bindings')}>
              <VersionLink one={state.bindings} go={go} />
            </Fact>
            <Fact name={t('snapshots.scope.gateway_config')}>
              <VersionLink one={state.gateway} go={go} />
            </Fact>
            <Fact name={t('snapshots.scope.dependency_meta')}>
              <VersionLink one={state.dependencies} go={go} />
            </Fact>
            <Fact name={t('snapshots.moment.rules')} full>
              {state.rulesVersion === 0 ? (
                <span className="text-ink-2">{t('snapshots.moment.noRules')}</span>
              ) : (
                <Link to="/approvals/rules" search={{ view: 'history' }} className="link tnum">
                  {t('snapshots.version', { version: state.rulesVersion })}
                </Link>
              )}
            </Fact>
            <Fact name={t('nav.budgets')} full>
              <BudgetsThen budgets={state.budgets} />
            </Fact>
          </Facts>
          <PolicyThen policy={state.toolPolicy} />
          <Held one={state.config} scope="agent_config" go={go} />
          <Held one={state.bindings} scope="bindings" go={go} />
          <Held one={state.gateway} scope="gateway_config" go={go} />
        </>
      )}
    </Section>
  )
}

function VersionLink({
  one,
  go,
}: {
  one: z.infer<typeof SnapshotWithContent> | null
  go: (search: HistorySearch) => void
}) {
  const t = useT()
  if (!one) return <span className="text-ink-2">{t('snapshots.moment.unseen')}</span>
  return (
    <button type="button" className="link tnum" onClick={() => go({ scope: one.scope, version: String(one.version) })}>
      {t('snapshots.version', { version: one.version })}
    </button>
  )
}

function Held(props: {
  one: z.infer<typeof SnapshotWithContent> | null
  scope: 'agent_config' | 'bindings' | 'gateway_config'
  go: (search: HistorySearch) => void
}) {
  const t = useT()
  const { one, scope, go } = props
  if (!one) return null
  return (
    <section className="mt-6" aria-label={t(`snapshots.scope.${scope}`)}>
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h3 className="flex-1 text-xs font-medium">{t(`snapshots.scope.${scope}`)}</h3>
        <button type="button" className="btn" onClick={() => go({ scope, from: String(one.version), to: 'live' })}>
          <GitCompareArrows size={14} aria-hidden />
          {t('snapshots.withLive')}
        </button>
      </div>
      <Content content={one.content} scope={scope} />
    </section>
  )
}
