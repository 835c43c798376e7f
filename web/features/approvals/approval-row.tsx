import { MessageSquare, Timer, UserRoundCheck } from 'lucide-react'
import { useId } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useMe } from '../../session/queries.ts'
import { RiskGlyph, riskText } from '../../ui/risk.tsx'
import { Ago, Countdown } from '../../ui/time.tsx'
import type { OwnDecision } from './decisions.ts'
import { headline, soonMs } from './inbox.ts'
import { quorumOf } from './outcomes.ts'
import { StateWord } from './state-word.tsx'
import { approvalTitle } from './title.ts'
import { whomText } from './whom.ts'

/** One line of a list: what it would do, the command, who asks, how long there is; with a box where it can be chosen. */
export function ApprovalRow(props: {
  approval: Approval
  own: OwnDecision | undefined
  current: boolean
  now: number
  open: () => void
  selection?: { isSelected: boolean; toggle: () => void }
}) {
  const t = useT()
  const id = useId()
  const { approval, own, current, selection } = props
  const isWaiting = approval.state === 'pending' && (own === undefined || own.phase === 'refused')
  const isSoon = Date.parse(approval.expiresAt) - props.now < soonMs
  const title = approvalTitle(t, approval)
  const background = selection?.isSelected
    ? 'bg-accent-soft'
    : current
      ? 'md:bg-surface md:shadow-[0_0_0_1px_var(--line-2)]'
      : 'hover:bg-sunken'
  return (
    <li
      data-id={approval.id}
      data-shown={isWaiting ? approval.id : undefined}
      className={`relative mx-2 flex rounded-lg ${background} ${current && selection?.isSelected ? 'md:shadow-[0_0_0_1px_var(--accent)]' : ''}`}
    >
      {selection ? (
        <label htmlFor={id} className="grid w-9 shrink-0 place-items-start justify-center pt-3 max-md:w-11">
          <span className="sr-only">{t('approvals.batch.select', { title })}</span>
          <input
            id={id}
            type="checkbox"
            checked={selection.isSelected}
            onChange={selection.toggle}
            className="size-4 accent-[var(--accent)] max-md:size-5"
          />
        </label>
      ) : null}
      <button
        type="button"
        onClick={props.open}
        aria-current={current ? 'true' : undefined}
        className={`min-h-[58px] min-w-0 flex-1 rounded-lg py-2.5 pr-3 text-left outline-offset-[-2px] ${selection ? '' : 'pl-3'}`}
      >
        <span className="flex items-start gap-2">
          <span className="line-clamp-2 min-w-0 flex-1 leading-snug font-medium break-words">{title}</span>
          <span className="flex pt-1">
            <RiskGlyph risk={approval.risk} />
          </span>
        </span>
        <code className="mt-0.5 block truncate font-mono text-2xs text-ink-2">{headline(approval)}</code>
        <span className="mt-0.5 flex items-center gap-2 text-2xs text-ink-2">
          <span className="min-w-0 flex-1 truncate">{whomText(t, approval)}</span>
          <Marks approval={approval} />
          {own || approval.state !== 'pending' ? <StateWord approval={approval} own={own} /> : null}
          {isWaiting && isSoon ? (
            <span className={`flex items-center gap-1 font-medium ${riskText[approval.risk]}`}>
              <Timer size={12} aria-hidden className="self-center" />
              <Countdown at={approval.expiresAt} />
            </span>
          ) : own || approval.state !== 'pending' ? null : (
            <Ago at={approval.requestedAt} className="whitespace-nowrap" />
          )}
        </span>
      </button>
    </li>
  )
}

/** What else is known at a glance: how many have agreed, whether people talk about it, whether it was handed to one. */
function Marks({ approval }: { approval: Approval }) {
  const t = useT()
  const me = useMe()
  const quorum = quorumOf(approval)
  return (
    <>
      {quorum ? (
        <span className="tnum whitespace-nowrap">
          <span aria-hidden>{`${quorum.agreed}/${quorum.needed}`}</span>
          <span className="sr-only">{t('approvals.who.progress', quorum)}</span>
        </span>
      ) : null}
      {approval.comments > 0 ? (
        <span className="tnum inline-flex items-center gap-0.5">
          <MessageSquare size={11} aria-hidden />
          {approval.comments}
          <span className="sr-only">{t('approvals.comments.title')}</span>
        </span>
      ) : null}
      {approval.assignee && approval.state === 'pending' ? (
        <span className={`inline-flex items-center gap-0.5 ${approval.assignee.id === me?.id ? 'text-accent' : ''}`}>
          <UserRoundCheck size={12} aria-hidden />
          <span className="sr-only">{t('approvals.assignedTo', { name: approval.assignee.name })}</span>
        </span>
      ) : null}
    </>
  )
}
