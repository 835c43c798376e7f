import { Check, CircleSlash, LoaderCircle, TriangleAlert } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { timeOfDay } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useProblemText } from '../../use-problem.ts'
import type { OwnDecision } from './decisions.ts'
import { endedText } from './ended-text.ts'

const stages = ['decided', 'delivered', 'confirmed'] as const

/** Where a decision is on its way to the gateway, as one short word or as the three stages with their times. */
export function Progress(props: { approval: Approval; own: OwnDecision | undefined; short?: boolean }) {
  const t = useT()
  const { approval, own } = props
  const phase = own?.phase === 'sent' ? null : own?.phase
  if (props.short) {
    const key = phase ?? approval.state
    const tone = key === 'confirmed' ? 'text-low' : key === 'undeliverable' || key === 'refused' ? 'text-critical' : ''
    const outcome = own?.outcome ?? approval.decision?.outcome
    return (
      <span className={`whitespace-nowrap ${tone}`}>
        {outcome && !phase ? `${t(`outcome.${outcome}`)} · ` : null}
        {t(`progress.${key}`)}
      </span>
    )
  }
  if (approval.state === 'expired' || approval.state === 'undeliverable') return <Ended approval={approval} />
  if (approval.decision === null) return null
  const times = { decided: approval.decision.at, delivered: approval.deliveredAt, confirmed: approval.confirmedAt }
  return (
    <div>
      <p>
        {t.rich('approvals.decidedBy', {
          outcome: t(`outcome.${approval.decision.outcome}`),
          name: approval.decision.by.kind === 'gateway' ? t('approvals.inGateway') : approval.decision.by.name,
          b: (chunks) => <strong className="font-medium">{chunks}</strong>,
        })}
      </p>
      {approval.decision.reason ? (
        <p className="mt-1 border-l-2 border-line-2 pl-3 text-ink-2">{approval.decision.reason}</p>
      ) : null}
      <ol className="mt-3 flex flex-wrap gap-x-2 gap-y-2" aria-label={t('approvals.way')}>
        {stages.map((stage, index) => (
          <Stage
            key={stage}
            stage={stage}
            at={times[stage]}
            next={stages.slice(0, index).every((s) => times[s] !== null)}
          />
        ))}
      </ol>
    </div>
  )
}

function Stage({ stage, at, next }: { stage: (typeof stages)[number]; at: string | null; next: boolean }) {
  const t = useT()
  const locale = useLocale()
  return (
    <li className="flex items-center gap-2 text-xs">
      {stage === 'decided' ? null : <span aria-hidden className={`h-px w-6 ${at ? 'bg-low' : 'bg-line-2'}`} />}
      <span
        aria-hidden
        className={`grid size-5 place-items-center rounded-full ${at ? 'bg-low-soft text-low' : 'border border-line-2 text-ink-3'}`}
      >
        {at ? <Check size={12} strokeWidth={2.5} /> : next ? <LoaderCircle size={12} className="animate-spin" /> : null}
      </span>
      <span className={at ? '' : 'text-ink-2'}>
        {t(`progress.stage.${stage}`)}
        <span className="sr-only">{at ? t('state.done') : t('state.notYet')}</span>
      </span>
      {at ? <time className="font-mono text-2xs text-ink-2">{timeOfDay(locale, Date.parse(at))}</time> : null}
    </li>
  )
}

function Ended({ approval }: { approval: Approval }) {
  const t = useT()
  const undeliverable = approval.state === 'undeliverable'
  const Icon = undeliverable ? TriangleAlert : CircleSlash
  return (
    <div className={`flex gap-2.5 ${undeliverable ? 'text-critical' : 'text-ink-2'}`}>
      <Icon size={16} aria-hidden className="mt-0.5 shrink-0" />
      <p>
        {undeliverable ? t('approvals.undeliverable') : t('approvals.expired')}
        {approval.stateReason ? <span className="block text-xs">{endedText(t, approval.stateReason)}</span> : null}
      </p>
    </div>
  )
}

/** Why the decision made here did not stand: for a lost race, who won it and when. */
export function Refusal({ own }: { own: OwnDecision }) {
  const t = useT()
  const problemText = useProblemText()
  const locale = useLocale()
  if (own.phase !== 'refused' || !own.error) return null
  const { by, at, outcome } = own.error.context
  const name = typeof by === 'string' ? by : nameOf(by)
  const raced = own.error.code === 'already_decided' && name !== null
  const known = outcome === 'allow_once' || outcome === 'allow_always' || outcome === 'reject' ? outcome : null
  return (
    <div role="alert" className="flex gap-2.5 rounded-md bg-medium-soft px-3.5 py-3 text-medium">
      <TriangleAlert size={16} aria-hidden className="mt-0.5 shrink-0" />
      <p>
        {raced
          ? t('approvals.raced', {
              name,
              outcome: known ? t(`outcome.${known}`) : '—',
              at: typeof at === 'string' ? timeOfDay(locale, Date.parse(at)) : '—',
            })
          : problemText(own.error)}
        {own.error.requestId ? (
          <span className="block text-2xs">
            {t('state.requestId')} <code className="font-mono break-all">{own.error.requestId}</code>
          </span>
        ) : null}
      </p>
    </div>
  )
}

const nameOf = (by: unknown) =>
  typeof by === 'object' && by !== null && 'name' in by && typeof by.name === 'string' ? by.name : null
