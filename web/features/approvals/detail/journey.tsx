import { Check, CircleSlash, LoaderCircle, TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { Approval } from '../../../../worker/features/approvals/contract.ts'
import { duration } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { ClockTime } from '../../../ui/time.tsx'
import type { OwnDecision } from '../decisions.ts'
import { endedText } from '../ended-text.ts'
import { Part } from './part.tsx'

/** Its way from the request to the effect, each step with its time and how long it took; and who decided what. */
export function Journey(props: { approval: Approval; own: OwnDecision | undefined; lead?: boolean }) {
  const t = useT()
  const { approval, lead = false } = props
  const { decision } = approval
  const hasEnded = approval.state === 'expired' || approval.state === 'undeliverable'
  const steps = [
    { name: 'requested', at: approval.requestedAt },
    { name: 'shown', at: approval.shownAt },
    { name: 'decided', at: decision?.at ?? null },
    { name: 'delivered', at: approval.deliveredAt },
    { name: 'confirmed', at: approval.confirmedAt },
  ] as const
  const latest = steps.findLastIndex(({ at }) => at !== null)
  return (
    <Part title={lead ? t('approvals.decisionTitle') : t('approvals.way')}>
      {decision ? <DecidedBy approval={approval} /> : null}
      {hasEnded ? <Ended approval={approval} /> : null}
      <ol aria-label={t('approvals.way')} className="mt-3 flex flex-col gap-2 sm:flex-row sm:gap-0">
        {steps.map(({ name, at }, index) => (
          <Step
            key={name}
            name={name}
            at={at}
            since={index === 0 ? null : approval.requestedAt}
            isNext={!hasEnded && at === null && index === latest + 1 && latest >= 2}
            isSkipped={at === null && (index < latest || hasEnded)}
          />
        ))}
      </ol>
    </Part>
  )
}

function Step(props: {
  name: 'requested' | 'shown' | 'decided' | 'delivered' | 'confirmed'
  at: string | null
  since: string | null
  isNext: boolean
  isSkipped: boolean
}) {
  const t = useT()
  const locale = useLocale()
  const { name, at, since } = props
  return (
    <li className="flex min-w-0 flex-1 items-start gap-2 sm:flex-col sm:gap-1.5">
      <span aria-hidden className="flex items-center self-start sm:w-full">
        <span
          className={`grid size-5 shrink-0 place-items-center rounded-full ${at ? 'bg-low-soft text-low' : 'border border-line-2 text-ink-3'}`}
        >
          {at ? (
            <Check size={12} strokeWidth={2.5} />
          ) : props.isNext ? (
            <LoaderCircle size={12} className="animate-spin" />
          ) : null}
        </span>
        {name === 'confirmed' ? null : <span className="mx-1.5 hidden h-px flex-1 bg-line-2 sm:block" />}
      </span>
      <span className="flex min-w-0 flex-wrap items-baseline gap-x-2 text-2xs leading-5 sm:block sm:pr-2">
        <span className={`${at ? 'text-ink' : 'text-ink-2'}`}>
          {t(`progress.step.${name}`)}
          <span className="sr-only">{at ? t('state.done') : t('state.notYet')}</span>
        </span>
        {at ? (
          <span className="text-ink-2 sm:block">
            <ClockTime at={at} className="font-mono" />
            {since ? (
              <span className="tnum"> +{duration(locale, Math.max(0, Date.parse(at) - Date.parse(since)))}</span>
            ) : null}
          </span>
        ) : props.isSkipped ? (
          <span className="text-ink-2 sm:block">—</span>
        ) : null}
      </span>
    </li>
  )
}

function DecidedBy({ approval }: { approval: Approval }) {
  const t = useT()
  const { decision } = approval
  if (!decision) return null
  const { kind, name } = decision.by
  return (
    <>
      <p>
        {t.rich('approvals.decidedBy', {
          outcome: t(`outcome.${decision.outcome}`),
          name: kind === 'member' || kind === 'api_key' ? name : t(`approvals.decider.${kind}`, { name: name || '—' }),
          b: (chunks) => <strong className="font-medium">{chunks}</strong>,
        })}
      </p>
      {decision.reason ? (
        <p className="mt-1 border-l-2 border-line-2 pl-3 break-words text-ink-2">{decision.reason}</p>
      ) : null}
    </>
  )
}

const isOverdue = (reason: string | null) => reason === null || reason === 'deadline_passed'

function Ended({ approval }: { approval: Approval }) {
  const t = useT()
  const isLost = approval.state === 'undeliverable'
  const Icon = isLost ? TriangleAlert : CircleSlash
  const { stateReason } = approval
  // What was withdrawn or has changed did not run out of time, though it ends in the same state.
  const lead = isLost ? t('approvals.undeliverable') : isOverdue(stateReason) ? t('approvals.expired') : null
  return (
    <div className={`mt-1 flex gap-2.5 ${isLost ? 'text-critical' : 'text-ink-2'}`}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <p>
        {lead}
        {stateReason && !(lead && isOverdue(stateReason)) ? (
          <span className={lead ? 'block text-xs' : ''}>{endedText(t, stateReason)}</span>
        ) : null}
      </p>
    </div>
  )
}
