import { Link } from '@tanstack/react-router'
import { RotateCw, ShieldAlert } from 'lucide-react'
import type { ConfigPreview } from '../../../../worker/features/agents/config/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { RiskTag } from '../../../ui/risk.tsx'
import { Note, Skeleton, Trouble } from '../../../ui/state.tsx'
import { writeTrial } from '../../explainer/change/trial.ts'
import { DiffView } from '../../snapshots/diff/diff-view.tsx'
import { Effects } from './effects.tsx'
import { listChange, patchBetween } from './entry.ts'
import { IssueList } from './issue-list.tsx'
import type { AgentDraft } from './use-agent-draft.ts'
import type { Saving } from './use-saving.ts'

/** What saving would do at the gateway, the gravest first; only from here a draft is sent. */
export function PreviewDialog(props: {
  draft: AgentDraft
  saving: Saving
  open: boolean
  close: () => void
  compare: () => void
}) {
  const t = useT()
  const { preview } = props.saving
  return (
    <Dialog
      open={props.open}
      onOpenChange={(open) => !open && props.close()}
      wide
      title={t('agent.preview.title', { name: props.draft.agent.name })}
    >
      <div className="mt-3 space-y-3">
        {preview.isPending ? <Skeleton rows={Math.min(6, props.draft.changes.length + 1)} height={44} /> : null}
        <Trouble error={preview.error} />
        {preview.data ? <Meaning {...props} preview={preview.data} /> : null}
      </div>
      {preview.data ? null : (
        <DialogActions>
          <button type="button" className="btn" onClick={props.close}>
            {t('agent.preview.back')}
          </button>
        </DialogActions>
      )}
    </Dialog>
  )
}

function Meaning(props: Parameters<typeof PreviewDialog>[0] & { preview: ConfigPreview }) {
  const t = useT()
  const { preview, saving } = props
  const lost = preview.changes.reduce((sum, { before, after }) => sum + listChange(before, after).lost.length, 0)
  const isBlocked = preview.conflicts.length > 0 || preview.secrets.length > 0
  const send = () => saving.save.mutate(undefined, { onSuccess: props.close })
  return (
    <>
      {preview.restarts ? (
        <p className="flex items-start gap-2.5 rounded-md bg-critical-soft px-3 py-2.5 text-critical">
          <RotateCw size={16} aria-hidden className="mt-0.5 shrink-0" />
          <strong className="font-medium">{t('agent.preview.restarts')}</strong>
        </p>
      ) : null}
      {preview.secrets.length > 0 ? (
        <p className="flex items-start gap-2.5 rounded-md bg-high-soft px-3 py-2.5 text-xs text-high">
          <ShieldAlert size={16} aria-hidden className="shrink-0" />
          {t('agent.preview.secrets', { paths: preview.secrets.join(t('state.comma')) })}
        </p>
      ) : null}
      {lost > 0 ? <Note tone="warn">{t('agent.preview.lostCount', { count: lost })}</Note> : null}
      {preview.changes.length === 0 ? <Note>{t('agent.preview.nothing')}</Note> : null}
      {preview.meaning.risk ? (
        <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-xs text-ink-2">
          <RiskTag risk={preview.meaning.risk} />
          <span className="tnum">{t('agent.preview.count', { count: preview.meaning.changes.length })}</span>
        </p>
      ) : null}
      {preview.changes.length > 0 ? <DiffView changes={preview.meaning.changes} /> : null}
      <Effects changes={preview.changes} />
      {preview.changes.some(({ path }) => path === 'tools' || path.startsWith('tools.')) ? (
        <Link
          to="/agents/$id/explainer"
          params={{ id: props.draft.agent.id }}
          search={{ part: 'change', try: writeTrial({ entry: patchBetween(props.draft.base, props.draft.after) }) }}
          className="aside-link"
        >
          {t('agent.preview.explain')}
        </Link>
      ) : null}
      {preview.conflicts.length > 0 ? <Note tone="warn">{t('agent.preview.conflicts')}</Note> : null}
      <Trouble error={saving.save.error} />
      <IssueList error={saving.save.error} />
      <DialogActions>
        <button type="button" className="btn" onClick={props.close}>
          {t('agent.preview.back')}
        </button>
        {preview.conflicts.length > 0 ? (
          <button type="button" className="btn btn-primary" onClick={props.compare}>
            {t('agent.conflict.compare')}
          </button>
        ) : (
          <button
            type="button"
            className={
              preview.restarts ? 'btn border-transparent bg-critical text-surface hover:bg-critical' : 'btn btn-primary'
            }
            disabled={isBlocked || saving.isUnderWay}
            onClick={send}
          >
            {saving.save.isPending
              ? t('agent.preview.saving')
              : preview.restarts
                ? t('agent.preview.saveAndRestart')
                : t('agent.preview.save')}
          </button>
        )}
      </DialogActions>
    </>
  )
}
