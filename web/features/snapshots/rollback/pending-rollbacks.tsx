import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldQuestion } from 'lucide-react'
import { z } from 'zod'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { ChangeCategory, SnapshotScope } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Ago } from '../../../ui/time.tsx'
import { agentApprovalsQuery } from '../../approvals/queries.ts'
import type { HistorySearch } from '../history/place.ts'

const Asked = z.object({
  to: z.number().int().positive(),
  scope: SnapshotScope.default('agent_config'),
  categories: z.array(ChangeCategory).default([]),
})

/** Rollbacks that somebody asked for and that are not done: they wait for people, or for whoever asked to go on. */
export function PendingRollbacks({ agentId, go }: { agentId: string; go: (search: HistorySearch) => void }) {
  const t = useT()
  const asked = useQuery(agentApprovalsQuery(agentId)).data?.items.flatMap(rollbackIn) ?? []
  if (asked.length === 0) return null
  return (
    <ul className="mb-4 space-y-2">
      {asked.map(({ approval, scope, version, parts, isAllowed }) => (
        <li
          key={approval.id}
          className={`flex flex-wrap items-center gap-x-3 gap-y-1.5 rounded-md px-3 py-2 text-xs ${isAllowed ? 'bg-accent-soft text-accent' : 'bg-high-soft text-high'}`}
        >
          <ShieldQuestion size={15} aria-hidden className="shrink-0" />
          <p className="min-w-0 flex-1">
            {t(isAllowed ? 'snapshots.pending.allowed' : 'snapshots.pending.waits', { version })}{' '}
            <span className="whitespace-nowrap">
              {approval.requestedBy.name} · <Ago at={approval.requestedAt} />
            </span>
          </p>
          <Link to="/approvals" search={{ id: approval.id, all: 'yes' }} className="aside-link">
            {t('snapshots.toApproval')}
          </Link>
          {isAllowed ? (
            <button type="button" className="btn" onClick={() => go({ scope, rollback: String(version), parts })}>
              {t('snapshots.pending.goOn')}
            </button>
          ) : null}
        </li>
      ))}
    </ul>
  )
}

const rollbackIn = (approval: Approval) => {
  const told = Asked.safeParse(approval.arguments)
  if (approval.action !== 'config.rollback' || !told.success || approval.decision?.outcome === 'reject') return []
  const { scope, to: version, categories } = told.data
  return [{ approval, scope, version, parts: categories.join(), isAllowed: approval.state !== 'pending' }]
}
