import { MessageSquare, Moon, UserRoundPlus } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '../../../i18n/use-t.ts'

/** What can be done with a request besides deciding it. */
export function DetailActs(props: { snooze: () => void; handOver: () => void; comment: () => void }) {
  const t = useT()
  return (
    <div className="mt-3 -ml-2.5 flex flex-wrap gap-x-1 max-md:-ml-4">
      <Act icon={<UserRoundPlus size={14} aria-hidden />} letter="H" run={props.handOver}>
        {t('approvals.handOver.action')}
      </Act>
      <Act icon={<Moon size={14} aria-hidden />} letter="S" run={props.snooze}>
        {t('approvals.snooze.action')}
      </Act>
      <Act icon={<MessageSquare size={14} aria-hidden />} letter="C" run={props.comment}>
        {t('approvals.comments.action')}
      </Act>
    </div>
  )
}

function Act(props: { icon: ReactNode; letter: string; run: () => void; children: ReactNode }) {
  return (
    <button type="button" className="btn btn-quiet px-2.5 font-normal text-ink-2" onClick={props.run}>
      {props.icon}
      {props.children}
      <span aria-hidden className="kbd max-md:hidden">
        {props.letter}
      </span>
    </button>
  )
}
