import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { useT } from '../../i18n/use-t.ts'
import { useNow } from '../../use-now.ts'
import type { BatchPlan } from './batch.ts'
import { useBatchText } from './batch-text.ts'
import type { OwnDecision } from './decisions.ts'
import { headline } from './inbox.ts'
import { useRefusalText } from './refusal-text.ts'
import { approvalTitle } from './title.ts'

/** What one press would do with the selection: how many of which risk, and what is left alone and why. */
export function BatchBar(props: {
  count: number
  allows: BatchPlan
  rejects: BatchPlan
  /** Why nothing can be decided right now. */
  barred: string | null
  allow: () => void
  reject: () => void
  clear: () => void
}) {
  const t = useT()
  const words = useBatchText()
  const { byRisk, leftOut } = words(props.allows)
  const toAllow = props.allows.decides.length
  const toReject = props.rejects.decides.length
  return (
    <Tray
      name={t('approvals.batch.selected', { count: props.count })}
      clear={props.clear}
      clearName={t('approvals.batch.clear')}
    >
      <p className="text-xs text-ink-2">
        {toAllow > 0 ? t('approvals.batch.willAllow', { count: toAllow, byRisk }) : t('approvals.batch.willNothing')}
      </p>
      {leftOut ? <p className="mt-0.5 text-xs text-medium">{leftOut}</p> : null}
      {props.barred ? <p className="mt-0.5 text-xs text-medium">{props.barred}</p> : null}
      <div className="mt-2.5 flex gap-2">
        <button
          type="button"
          className="btn btn-danger flex-1"
          disabled={props.barred !== null || toReject === 0}
          onClick={props.reject}
        >
          {t('approvals.batch.reject', { count: toReject })}
        </button>
        <button
          type="button"
          className="btn btn-primary flex-1"
          disabled={props.barred !== null || toAllow === 0}
          onClick={props.allow}
        >
          {t('approvals.batch.allow', { count: toAllow })}
        </button>
      </div>
    </Tray>
  )
}

/**
 * What became of what was decided last: until it leaves the way back, then, for a batch, how many were taken, and why
 * others were not.
 */
export function DecidedTray(props: {
  members: readonly OwnDecision[]
  undo: () => void
  clear: () => void
  open: (id: string) => void
}) {
  const t = useT()
  const words = useRefusalText()
  useNow()
  const { members } = props
  const [first] = members
  if (!first) return null
  const count = members.length
  const failed = members.filter(({ phase }) => phase === 'refused')
  const taken = members.filter(({ phase }) => phase === 'sent').length
  if (first.phase === 'held') {
    const seconds = Math.max(0, Math.ceil((first.sendsAt - Date.now()) / 1000))
    return (
      <Tray
        name={t(count === 1 ? 'approvals.held' : 'approvals.batch.held', {
          outcome: t(`outcome.${first.outcome}`),
          count,
          seconds,
        })}
      >
        {count === 1 ? <p className="mb-2 truncate text-xs text-ink-2">{approvalTitle(t, first.approval)}</p> : null}
        <button type="button" className="btn w-full" onClick={props.undo}>
          {t('action.undo')}
          <span aria-hidden className="kbd max-md:hidden">
            Z
          </span>
        </button>
      </Tray>
    )
  }
  // One alone is followed in the list, and its refusal is said aloud.
  if (count === 1) return null
  if (taken + failed.length < count) return <Tray name={t('approvals.batch.sending', { count })} />
  return (
    <Tray
      name={t('approvals.batch.done', { outcome: t(`outcome.${first.outcome}`), taken, failed: failed.length })}
      clear={props.clear}
      clearName={t('action.dismiss')}
    >
      {failed.length > 0 ? (
        <ul className="max-h-40 space-y-1.5 overflow-y-auto">
          {failed.map(({ approval, error }) => (
            <li key={approval.id}>
              <button
                type="button"
                className="block w-full rounded-md px-1.5 py-1 text-left text-xs hover:bg-sunken max-md:min-h-11"
                onClick={() => props.open(approval.id)}
              >
                <span className="block truncate font-medium">{approvalTitle(t, approval)}</span>
                <code className="block truncate font-mono text-2xs text-ink-2">{headline(approval)}</code>
                <span className="block text-critical">{error ? words(error) : null}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </Tray>
  )
}

function Tray(props: { name: string; clear?: () => void; clearName?: string; children?: ReactNode }) {
  return (
    <section
      aria-label={props.name}
      className="m-2 shrink-0 rounded-lg border border-line-2 bg-surface p-3 shadow-[var(--lift)]"
    >
      <div className="flex items-start gap-2">
        <p role="status" className="tnum min-w-0 flex-1 text-xs font-medium">
          {props.name}
        </p>
        {props.clear ? (
          <button
            type="button"
            className="btn btn-quiet btn-icon -mt-1.5 -mr-1.5 max-md:-mt-3 max-md:-mr-3"
            aria-label={props.clearName}
            onClick={props.clear}
          >
            <X size={15} aria-hidden />
          </button>
        ) : null}
      </div>
      {props.children ? <div className="mt-1.5">{props.children}</div> : null}
    </section>
  )
}
