import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleHelp, CircleX, LoaderCircle, ShieldQuestion } from 'lucide-react'
import type { ReactNode } from 'react'
import type { RolledBackFile } from '../../../../worker/features/snapshots/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot } from '../../../ui/badge.tsx'
import { DialogActions } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { IssueList } from '../../agents/draft/issue-list.tsx'
import { StickyActions } from './actions.tsx'
import { knownOf } from './known.ts'
import type { Rollback } from './use-rollback.ts'

/** It waits for people: where they decide, and what they said. */
export function Waiting({ rollback, close }: { rollback: Rollback; close: () => void }) {
  const t = useT()
  const { waitingFor, send } = rollback
  if (!waitingFor) return null
  const { approvalId, verdict, approval } = waitingFor
  const isOver = verdict === 'refused' || verdict === 'lapsed'
  return (
    <>
      <Banner
        look={isOver ? 'bg-critical-soft text-critical' : 'bg-high-soft text-high'}
        icon={isOver ? <CircleX size={16} aria-hidden /> : <ShieldQuestion size={16} aria-hidden />}
      >
        <strong className="font-medium">{t(`snapshots.waiting.${verdict ?? 'pending'}`)}</strong>
        <p className="text-xs">
          {verdict === 'refused'
            ? t('snapshots.waiting.refusedBy', {
                who: approval?.decision?.by.name ?? '',
                hasReason: approval?.decision?.reason ? 'yes' : 'no',
                reason: approval?.decision?.reason ?? '',
              })
            : t(`snapshots.waiting.body.${verdict ?? 'pending'}`)}
        </p>
        {approval?.refusedToCaller === 'own_request' ? (
          <p className="text-xs">{t('snapshots.waiting.ownRequest')}</p>
        ) : null}
      </Banner>
      <Trouble error={send.error} />
      <IssueList error={send.error} />
      <StickyActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.close')}
        </button>
        {isOver || send.error ? (
          <button type="button" className="btn" onClick={rollback.again}>
            {t('snapshots.again')}
          </button>
        ) : null}
        {verdict === null ? (
          <Link to="/approvals" search={{ id: approvalId, all: 'yes' }} className="btn btn-primary">
            {t('snapshots.toApproval')}
          </Link>
        ) : null}
      </StickyActions>
    </>
  )
}

/** It was sent, and what is known of it now. */
export function Outcome(props: { rollback: Rollback; close: () => void; undo: (version: number) => void }) {
  const t = useT()
  const { rollback } = props
  const { sent, change } = rollback
  if (!sent) return null
  const { result, preview } = sent
  const { state, files } = knownOf(result, change)
  const isChanged = result.state === 'done' || (result.state === 'partial' && result.snapshot !== null)
  const mayUndo = isChanged && preview.live.version !== result.snapshot?.version
  return (
    <>
      {state === 'failed' || state === 'lapsed' ? (
        <Banner
          look={state === 'failed' ? 'bg-critical-soft text-critical' : 'bg-medium-soft text-medium'}
          icon={state === 'failed' ? <CircleX size={16} aria-hidden /> : <CircleHelp size={16} aria-hidden />}
        >
          <strong className="font-medium">{t(`snapshots.outcome.${state}`)}</strong>
          {change?.detail ? <p className="font-mono text-2xs break-words">{change.detail}</p> : null}
        </Banner>
      ) : state === 'done' ? (
        <Banner
          look={result.verified === false ? 'bg-medium-soft text-medium' : 'bg-low-soft text-low'}
          icon={
            result.verified === false ? <CircleHelp size={16} aria-hidden /> : <CircleCheck size={16} aria-hidden />
          }
        >
          <strong className="font-medium">
            {t(result.verified === false ? 'snapshots.outcome.unverified' : 'snapshots.outcome.done', {
              version: preview.to.version,
            })}
          </strong>
          <p className="text-xs">
            {t(result.verified === false ? 'snapshots.outcome.unverifiedBody' : 'snapshots.outcome.doneBody', {
              version: preview.live.version,
            })}
          </p>
        </Banner>
      ) : state === 'partial' ? (
        <Banner look="bg-critical-soft text-critical" icon={<CircleX size={16} aria-hidden />}>
          <strong className="font-medium">{t('snapshots.outcome.partial')}</strong>
          <p className="text-xs">{t('snapshots.outcome.partialBody')}</p>
        </Banner>
      ) : state === 'nothing' ? (
        <Banner look="bg-low-soft text-low" icon={<CircleCheck size={16} aria-hidden />}>
          <strong className="font-medium">{t('snapshots.outcome.nothing', { version: preview.to.version })}</strong>
        </Banner>
      ) : (
        <Banner
          look="bg-accent-soft text-accent"
          icon={<LoaderCircle size={16} aria-hidden className="animate-spin" />}
        >
          <strong className="font-medium">{t('snapshots.outcome.under_way')}</strong>
          <p className="text-xs">{t('snapshots.outcome.under_wayBody')}</p>
        </Banner>
      )}
      <Files files={files} />
      <Trouble error={rollback.send.error} />
      <DialogActions>
        {mayUndo ? (
          <button type="button" className="btn mr-auto" onClick={() => props.undo(preview.live.version)}>
            {t('snapshots.undo', { version: preview.live.version })}
          </button>
        ) : null}
        {state === 'failed' || state === 'lapsed' || state === 'partial' ? (
          <button type="button" className="btn" onClick={rollback.again}>
            {t('snapshots.again')}
          </button>
        ) : null}
        <button type="button" className="btn btn-primary" onClick={props.close}>
          {t('action.close')}
        </button>
      </DialogActions>
    </>
  )
}

const fileTones = { written: 'good', undone: 'off', open: 'bad', not_written: 'off' } as const

/** Of several files: what became of each. */
function Files({ files }: { files: readonly RolledBackFile[] }) {
  const t = useT()
  if (files.length === 0) return null
  return (
    <ul className="hairlines">
      {files.map(({ name, outcome, detail }) => (
        <li key={name} className="flex flex-wrap items-baseline gap-x-3 py-2 text-xs">
          <code className="min-w-0 flex-1 font-mono text-2xs break-all">{name}</code>
          <Dot tone={fileTones[outcome]} quiet>
            {t(`snapshots.outcome.file.${outcome}`)}
          </Dot>
          {detail ? <p className="basis-full font-mono text-2xs break-words text-ink-2">{detail}</p> : null}
        </li>
      ))}
    </ul>
  )
}

const Banner = ({ look, icon, children }: { look: string; icon: ReactNode; children: ReactNode }) => (
  <div role="status" className={`flex items-start gap-2.5 rounded-md px-3 py-2.5 ${look}`}>
    <span className="mt-0.5 shrink-0">{icon}</span>
    <div className="min-w-0">{children}</div>
  </div>
)
