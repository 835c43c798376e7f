import { useQuery } from '@tanstack/react-query'
import { RefreshCw } from 'lucide-react'
import type { Agent } from '../../../../worker/features/agents/contract.ts'
import type { SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Dot } from '../../../ui/badge.tsx'
import { driftQuery } from '../queries.ts'
import { useDriftCheck } from './use-drift.ts'

/** Says that what the gateway said last is what counts, with the way to ask it again. Where it is not, the banner says so. */
export function Standing({ agent, scope }: { agent: Agent; scope: SnapshotScope }) {
  const t = useT()
  const may = useCan('agents.write')
  const check = useDriftCheck(agent.id)
  const drift = useQuery(driftQuery(agent.id)).data?.scopes.find((one) => one.scope === scope)
  if (!drift?.trusted || drift.drifted) return null
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <Dot tone="good">{t('snapshots.drift.matches', { version: drift.trusted.version })}</Dot>
      {may && agent.state === 'active' ? (
        <button type="button" className="btn" disabled={check.isPending} onClick={() => check.mutate()}>
          <RefreshCw size={14} aria-hidden className={check.isPending ? 'animate-spin' : ''} />
          {t(check.isPending ? 'snapshots.drift.checking' : 'snapshots.drift.check')}
        </button>
      ) : null}
    </div>
  )
}
