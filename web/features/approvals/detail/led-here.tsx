import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import type { ApprovalContext } from '../../../../worker/features/approvals/context/contract.ts'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Skeleton } from '../../../ui/state.tsx'
import { ClockTime } from '../../../ui/time.tsx'
import { useNames } from '../../audit/names.ts'
import { Sentence } from '../../audit/sentence.tsx'
import { ApprovalLinks } from '../../snapshots/state-at/approval-links.tsx'
import { Part } from './part.tsx'

/** What the agent did until it came to this gate, as a line through time. */
export function LedHere({ approval, context }: { approval: Approval; context: ApprovalContext | undefined }) {
  const t = useT()
  const names = useNames([approval.agentId])
  const mayRead = useCan('audit.read')
  const { connectorId, agentId, requestedBy } = approval
  const told = { agentId, connectorId, actor: requestedBy }
  return (
    <Part title={t('approvals.ledHere')}>
      {context === undefined ? (
        <Skeleton rows={3} height={32} />
      ) : (
        <ol>
          {context.trace.map((entry) => (
            <Step key={entry.seq} at={entry.at}>
              <Sentence entry={{ ...told, type: entry.type, payload: entry.payload }} names={names} />
            </Step>
          ))}
          <Step at={approval.requestedAt} gate>
            {approval.state === 'pending' ? t('approvals.gate') : t('approvals.gateWas')}
          </Step>
        </ol>
      )}
      <p className="mt-2 flex flex-wrap gap-x-4">
        {mayRead && approval.traceId ? (
          <Link to="/audit/traces/$traceId" params={{ traceId: approval.traceId }} className="aside-link">
            {t('approvals.openTrace')}
          </Link>
        ) : null}
        <ApprovalLinks approval={approval} />
      </p>
      {context?.trace.length === 0 ? <p className="mt-1 text-xs text-ink-2">{t('approvals.noTrace')}</p> : null}
    </Part>
  )
}

function Step({ at, gate = false, children }: { at: string; gate?: boolean; children: ReactNode }) {
  return (
    <li className="relative grid grid-cols-[60px_14px_1fr] gap-x-2.5 pb-3 last:pb-0 not-last:after:absolute not-last:after:top-4 not-last:after:bottom-[-6px] not-last:after:left-[76px] not-last:after:w-px not-last:after:bg-line-2">
      <ClockTime at={at} className="pt-px font-mono text-2xs text-ink-2" />
      <span aria-hidden className="flex justify-center pt-[7px]">
        <span className={`size-2 rounded-full ${gate ? 'bg-critical ring-4 ring-critical-soft' : 'bg-line-2'}`} />
      </span>
      <span className={`min-w-0 text-xs break-words ${gate ? 'font-medium' : 'text-ink-2'}`}>{children}</span>
    </li>
  )
}
