import { CircleCheck, CircleHelp, CircleX, LoaderCircle, X } from 'lucide-react'
import type { AgentChange } from '../../../../worker/features/agents/changes/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { ClockTime } from '../../../ui/time.tsx'

const looks = {
  ordered: { Icon: LoaderCircle, tone: 'bg-accent-soft text-accent' },
  confirmed: { Icon: CircleCheck, tone: 'bg-low-soft text-low' },
  failed: { Icon: CircleX, tone: 'bg-critical-soft text-critical' },
  lapsed: { Icon: CircleHelp, tone: 'bg-medium-soft text-medium' },
}

/** What became of the newest change that was sent from here, by what the gateway said when it was read back. */
export function OutcomeLine({ change, dismiss }: { change: AgentChange; dismiss: () => void }) {
  const t = useT()
  const { Icon, tone } = looks[change.state]
  return (
    <div role="status" className={`mb-4 flex items-start gap-2.5 rounded-md py-2 pr-1.5 pl-3 text-xs ${tone}`}>
      <Icon size={15} aria-hidden className={`mt-0.5 shrink-0 ${change.state === 'ordered' ? 'animate-spin' : ''}`} />
      <div className="min-w-0 flex-1 py-px">
        {t(`agent.outcome.${change.state}`)} <ClockTime at={change.endedAt ?? change.orderedAt} />
        {change.detail && change.state !== 'confirmed' ? (
          <p className="font-mono text-2xs break-words">{change.detail}</p>
        ) : null}
      </div>
      {change.state === 'ordered' ? null : (
        <button
          type="button"
          className="grid size-6 place-items-center rounded-sm max-md:size-9"
          aria-label={t('action.dismiss')}
          onClick={dismiss}
        >
          <X size={14} aria-hidden />
        </button>
      )}
    </div>
  )
}
