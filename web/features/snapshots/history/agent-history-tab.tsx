import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { ArrowLeft, CalendarClock } from 'lucide-react'
import { serverNow } from '../../../clock.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { useIsNarrow } from '../../../ui/use-media.ts'
import { useAgent } from '../../agents/tabs/agent-context.ts'
import { Standing } from '../drift/standing.tsx'
import { driftQuery, versionsQuery } from '../queries.ts'
import { PendingRollbacks } from '../rollback/pending-rollbacks.tsx'
import { RollbackDialog } from '../rollback/rollback-dialog.tsx'
import { Moment } from '../state-at/moment.tsx'
import { Comparison } from './comparison.tsx'
import { type HistorySearch, mayRestore, rollbackOf, scopeOf, type View, viewOf } from './place.ts'
import { ScopeSwitch } from './scope-switch.tsx'
import { Timeline } from './timeline.tsx'
import { VersionContent } from './version-content.tsx'

/** Everything that an agent ever was: the versions beside what the chosen one changed. The address says what is open. */
export function AgentHistoryTab() {
  const t = useT()
  const agent = useAgent()
  const navigate = useNavigate()
  const isNarrow = useIsNarrow()
  const search = useSearch({ from: '/room/agents/$id/history' })
  const scope = scopeOf(search)
  const view = viewOf(search)
  const drift = useQuery(driftQuery(agent.id)).data?.scopes.find((one) => one.scope === scope)
  const newest = useInfiniteQuery(versionsQuery(agent.id, scope)).data?.pages[0]?.items[0]?.version ?? null
  const mayGoBack = useCan('agents.write') && mayRestore(scope) && agent.state === 'active'
  const go = (next: HistorySearch) =>
    void navigate({
      to: '/agents/$id/history',
      params: { id: agent.id },
      search: scope === 'agent_config' ? next : { scope, ...next },
    })
  const rollback = rollbackOf(search)
  /** What is open stays open, with the dialog over it. */
  const stay = (next: HistorySearch) =>
    void navigate({ to: '/agents/$id/history', params: { id: agent.id }, search: { ...search, ...next } })
  const goBack = (next: HistorySearch) => (next.rollback === undefined ? go(next) : stay(next))
  const isAlone = isNarrow && view.kind !== 'newest'
  const shown = !isNarrow && view.kind === 'newest' && newest !== null ? ofVersion(newest) : view
  return (
    <>
      {isAlone ? (
        <button type="button" className="btn btn-quiet mb-3 -ml-3" onClick={() => go({})}>
          <ArrowLeft size={15} aria-hidden />
          {t('snapshots.title')}
        </button>
      ) : (
        <div className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-2">
          <ScopeSwitch
            scope={scope}
            choose={(next) =>
              void navigate({
                to: '/agents/$id/history',
                params: { id: agent.id },
                search: next === 'agent_config' ? {} : { scope: next },
              })
            }
          />
          <span className="flex-1" />
          <Standing agent={agent} scope={scope} />
          <button type="button" className="btn" onClick={() => go({ at: new Date(serverNow()).toISOString() })}>
            <CalendarClock size={14} aria-hidden />
            {t('snapshots.moment.open')}
          </button>
        </div>
      )}
      <PendingRollbacks agentId={agent.id} go={goBack} />
      <div className="grid items-start gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,360px)_minmax(0,1fr)]">
        {isAlone ? null : (
          <Timeline agentId={agent.id} scope={scope} view={shown} drift={drift} mayGoBack={mayGoBack} go={goBack} />
        )}
        {isNarrow && !isAlone ? null : (
          <Pane agentId={agent.id} scope={scope} view={shown} newest={newest} mayGoBack={mayGoBack} go={goBack} />
        )}
      </div>
      {rollback ? (
        <RollbackDialog
          agent={agent}
          wanted={rollback}
          choose={(categories) => stay({ rollback: String(rollback.version), parts: categories.join() })}
          undo={(version) => stay({ rollback: String(version), parts: '' })}
          close={() => stay({ rollback: '', parts: '' })}
        />
      ) : null}
    </>
  )
}

const ofVersion = (version: number): View =>
  version === 1 ? { kind: 'version', version } : { kind: 'compare', from: version - 1, to: version }

function Pane(props: Omit<Parameters<typeof Comparison>[0], 'from' | 'to'> & { view: View; newest: number | null }) {
  const { view, newest, ...rest } = props
  if (view.kind === 'compare') return <Comparison {...rest} from={view.from} to={view.to} />
  if (view.kind === 'version')
    return <VersionContent {...rest} version={view.version} mayGoBack={props.mayGoBack && view.version !== newest} />
  return view.kind === 'moment' ? <Moment agentId={props.agentId} at={view.at} go={props.go} /> : null
}
