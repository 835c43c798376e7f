import type { ReactNode } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { useNow } from '../../use-now.ts'
import type { OwnDecision } from './decisions.ts'

const kbd = 'kbd max-md:hidden'
const big = 'md:h-9 md:px-4 max-md:h-12 max-md:flex-1'

/** The two verdicts, fixed below the evidence; or why there are none, or the way back while there still is one. */
export function DecisionBar(props: {
  own: OwnDecision | undefined
  closed: boolean
  blocked: string | null
  allow: () => void
  reject: () => void
  undo: () => void
}) {
  const t = useT()
  useNow()
  const { own } = props
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
  if (props.closed || own?.phase === 'sent') return null
  return (
    <Bar>
      {props.blocked ? (
        <p id="blocked" role="status" className="basis-full pb-1 text-xs text-medium md:basis-auto md:pb-0">
          {props.blocked}
        </p>
      ) : null}
      <button
        type="button"
        className={`btn btn-danger ${big}`}
        disabled={props.blocked !== null}
        aria-describedby={props.blocked ? 'blocked' : undefined}
        onClick={props.reject}
      >
        {t('approvals.reject')}
        <span aria-hidden className={kbd}>
          R
        </span>
      </button>
      <span className="flex-1 max-md:hidden" />
      <button
        type="button"
        className={`btn btn-primary ${big}`}
        disabled={props.blocked !== null}
        aria-describedby={props.blocked ? 'blocked' : undefined}
        onClick={props.allow}
      >
        {t('approvals.allow')}
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
