import { useQuery } from '@tanstack/react-query'
import type { Agent } from '../../../../worker/features/agents/contract.ts'
import type { RollbackPreview } from '../../../../worker/features/snapshots/contract.ts'
import type { ChangeCategory } from '../../../../worker/features/snapshots/diff/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { RiskTag } from '../../../ui/risk.tsx'
import { Note, Skeleton, Trouble } from '../../../ui/state.tsx'
import { IssueList } from '../../agents/draft/issue-list.tsx'
import { DiffView } from '../diff/diff-view.tsx'
import { StickyActions } from './actions.tsx'
import { Barred } from './barred.tsx'
import { Notices } from './notices.tsx'
import { Outcome, Waiting } from './outcome.tsx'
import { Parts } from './parts.tsx'
import { previewQuery, type Wanted } from './queries.ts'
import { useRollbackBar } from './use-bar.ts'
import { useRollback } from './use-rollback.ts'

interface Props {
  agent: Agent
  wanted: Wanted
  choose: (categories: ChangeCategory[]) => void
  /** Opens the same for another version: the way back from the way back. */
  undo: (version: number) => void
  close: () => void
}

/** Puts an earlier version back: what that would do is looked at first, and only exactly that is done. */
export function RollbackDialog(props: Props) {
  const t = useT()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && props.close()}
      wide
      title={t('snapshots.preview.title', { version: props.wanted.version })}
      description={props.wanted.scope === 'agent_config' ? null : t(`snapshots.scope.${props.wanted.scope}`)}
    >
      <Way key={`${props.wanted.scope} ${props.wanted.version} ${props.wanted.categories.join()}`} {...props} />
    </Dialog>
  )
}

function Way({ agent, wanted, choose, undo, close }: Props) {
  const t = useT()
  const bar = useRollbackBar(agent, wanted.scope)
  const rollback = useRollback(agent.id, wanted, bar === null)
  const whole = useQuery({ ...previewQuery(agent.id, { ...wanted, categories: [] }), enabled: bar === null })
  const { preview, send, sent, waitingFor } = rollback
  const leave = (
    <button type="button" className="btn" onClick={close}>
      {t('action.cancel')}
    </button>
  )
  if (sent && sent.result.state !== 'waiting')
    return (
      <div className="mt-4 space-y-3">
        <Outcome rollback={rollback} close={close} undo={undo} />
      </div>
    )
  if (bar !== null && bar !== 'unknown')
    return (
      <div className="mt-4">
        <Barred agent={agent} bar={bar} />
        <DialogActions>{leave}</DialogActions>
      </div>
    )
  const looked = sent?.preview ?? preview.data
  if (!looked)
    return (
      <div className="mt-4 space-y-3">
        {preview.isError ? (
          <>
            <Trouble error={preview.error} />
            <IssueList error={preview.error} />
          </>
        ) : (
          <Skeleton rows={4} height={52} />
        )}
        <DialogActions>
          {leave}
          {preview.isError ? (
            <button type="button" className="btn btn-primary" onClick={rollback.again}>
              {t('state.retry')}
            </button>
          ) : null}
        </DialogActions>
      </div>
    )
  return (
    <div className="mt-4 space-y-4">
      {rollback.overtaken ? <Note tone="warn">{t('snapshots.preview.overtaken')}</Note> : null}
      <Meaning preview={looked} isAllowed={rollback.isAllowed || waitingFor !== null} />
      {whole.data && !waitingFor ? <Parts whole={whole.data} chosen={wanted.categories} choose={choose} /> : null}
      <DiffView changes={looked.changes} />
      {waitingFor ? (
        <Waiting rollback={rollback} close={close} />
      ) : (
        <>
          <Trouble error={rollback.overtaken ? null : send.error} />
          {rollback.overtaken ? null : <IssueList error={send.error} />}
          <StickyActions>
            {leave}
            {looked.changes.length === 0 ? null : (
              <button
                type="button"
                className={
                  looked.restarts || looked.needsApproval
                    ? 'btn border-transparent bg-critical text-surface hover:bg-critical'
                    : 'btn btn-primary'
                }
                disabled={looked.blocked.length > 0 || send.isPending || preview.isFetching}
                onClick={() => send.mutate(looked)}
              >
                {send.isPending ? t('snapshots.preview.sending') : t(verbOf(looked, rollback.isAllowed))}
              </button>
            )}
          </StickyActions>
        </>
      )}
    </div>
  )
}

const verbOf = ({ needsApproval, restarts }: RollbackPreview, isAllowed: boolean) =>
  needsApproval && !isAllowed
    ? 'snapshots.preview.ask'
    : restarts
      ? 'snapshots.preview.sendAndRestart'
      : 'snapshots.preview.send'

function Meaning({ preview, isAllowed }: { preview: RollbackPreview; isAllowed: boolean }) {
  const t = useT()
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-xs text-ink-2">
        {preview.risk ? <RiskTag risk={preview.risk} /> : null}
        <span className="min-w-0 flex-1">
          {preview.changes.length === 0
            ? t('snapshots.preview.nothing', { version: preview.to.version })
            : t('snapshots.preview.saved', { version: preview.live.version })}
        </span>
      </div>
      <Notices preview={preview} isAllowed={isAllowed} />
    </>
  )
}
