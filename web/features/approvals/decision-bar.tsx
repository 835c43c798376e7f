import { Fingerprint } from 'lucide-react'
import type { ReactNode } from 'react'
import type { Approval } from '../../../worker/features/approvals/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { useNow } from '../../use-now.ts'
import type { OwnDecision } from './decisions.ts'
import { isOffered } from './outcomes.ts'

const kbd = 'kbd max-md:hidden'
const big = 'md:h-9 md:px-4 max-md:h-12 max-md:flex-1 max-md:px-2'

/** The verdicts, fixed below the evidence; or why there are none, or the way back while there still is one. */
export function DecisionBar(props: {
  approval: Approval
  own: OwnDecision | undefined
  blocked: string | null
  allow: () => void
  allowAlways: () => void
  reject: () => void
  undo: () => void
}) {
  const t = useT()
  useNow()
  const { approval, own, blocked } = props
  if (own?.phase === 'held' || own?.phase === 'sending') {
    const seconds = Math.max(0, Math.ceil((own.sendsAt - Date.now()) / 1000))
    return (
      <Bar>
        <p role="status" className="flex-1 text-xs">
          {own.phase === 'sending' || seconds === 0
            ? t('approvals.sending')
            : t('approvals.held', { outcome: t(`outcome.${own.outcome}`), seconds })}
        </p>
        {own.phase === 'held' && seconds > 0 ? (
          <button type="button" className={`btn ${big}`} onClick={props.undo}>
            {t('action.undo')}
            <span aria-hidden className={kbd}>
              Z
            </span>
          </button>
        ) : null}
      </Bar>
    )
  }
  if (approval.state !== 'pending' || own?.phase === 'sent') return null
  const described = blocked ? 'blocked' : undefined
  return (
    <Bar>
      {blocked ? (
        <p id="blocked" role="status" className="basis-full pb-1 text-xs text-medium">
          {blocked}
        </p>
      ) : null}
      <button
        type="button"
        className={`btn btn-danger ${big}`}
        disabled={blocked !== null || !isOffered(approval, 'reject')}
        aria-describedby={described}
        onClick={props.reject}
      >
        {t('approvals.reject')}
        <span aria-hidden className={kbd}>
          R
        </span>
      </button>
      <span className="flex-1 max-md:hidden" />
      {isOffered(approval, 'allow_always') ? (
        <button
          type="button"
          className={`btn ${big}`}
          disabled={blocked !== null}
          aria-describedby={described}
          onClick={props.allowAlways}
        >
          {t('approvals.allowAlways')}
          <span aria-hidden className={kbd}>
            ⇧A
          </span>
        </button>
      ) : null}
      <button
        type="button"
        className={`btn btn-primary max-md:flex-[1.4] ${big}`}
        disabled={blocked !== null || !isOffered(approval, 'allow_once')}
        aria-describedby={described}
        onClick={props.allow}
      >
        {approval.ask?.passkey ? <Fingerprint size={15} aria-hidden /> : null}
        {approval.ask?.passkey ? t('approvals.sign.allow') : t('approvals.allow')}
        <span aria-hidden className={kbd}>
          A
        </span>
      </button>
    </Bar>
  )
}

const Bar = ({ children }: { children: ReactNode }) => (
  <div className="shrink-0 border-t border-line bg-surface">
    <div className="mx-auto flex max-w-[760px] flex-wrap items-center gap-2 px-4 py-3 md:min-h-[61px] md:px-8">
      {children}
    </div>
  </div>
)
