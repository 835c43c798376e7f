import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Lock, Pencil, Trash2, Users } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import type { ChangeSearch, SavedSearch } from '../../../../worker/features/audit/searches/contract.ts'
import { act } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { isNameTaken } from './saved-dialog.tsx'

/** Every saved search that one sees; what one may change can be renamed, shared, taken back and removed. */
export function SavedList({ items, close }: { items: readonly SavedSearch[]; close: () => void }) {
  const t = useT()
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={t('audit.saved.manage')} wide>
      <ul className="mt-4 border-t border-line">
        {items.map((saved) => (
          <Row key={saved.id} saved={saved} />
        ))}
      </ul>
      <DialogActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.close')}
        </button>
      </DialogActions>
    </Dialog>
  )
}

function Row({ saved }: { saved: SavedSearch }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [state, setState] = useState<'shown' | 'renamed' | 'removed'>('shown')
  const path = `/audit/searches/${saved.id}`
  const write = useMutation({
    mutationFn: (change: ChangeSearch | null) =>
      act(path, change === null ? { method: 'DELETE' } : { method: 'PATCH', body: change }),
    onSuccess: (_, change) => {
      // Sharing has its answer while something else may have been begun.
      if (change?.isShared === undefined) setState('shown')
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['audit-searches'] }),
  })
  const whose = saved.isShared
    ? saved.isOwn || saved.ownerName === ''
      ? t('audit.saved.isShared')
      : t('audit.saved.sharedBy', { name: saved.ownerName })
    : t('audit.saved.isPrivate')
  return (
    <li className="border-b border-line py-2">
      <div className="flex min-h-8 items-center gap-1.5">
        {state === 'renamed' ? (
          <Rename
            name={saved.name}
            busy={write.isPending}
            rename={(name) => write.mutate({ name })}
            cancel={() => setState('shown')}
          />
        ) : (
          <>
            <span className="min-w-0 flex-1">
              <span className="block truncate text-sm">{saved.name}</span>
              <span className="block text-2xs text-ink-2">{whose}</span>
            </span>
            {saved.mayChange ? (
              <>
                <button
                  type="button"
                  className="btn btn-quiet btn-icon"
                  title={t(saved.isShared ? 'audit.saved.unshare' : 'audit.saved.share')}
                  aria-label={t(saved.isShared ? 'audit.saved.unshareOne' : 'audit.saved.shareOne', {
                    name: saved.name,
                  })}
                  disabled={write.isPending}
                  onClick={() => write.mutate({ isShared: !saved.isShared })}
                >
                  {saved.isShared ? <Lock size={15} aria-hidden /> : <Users size={15} aria-hidden />}
                </button>
                <button
                  type="button"
                  className="btn btn-quiet btn-icon"
                  title={t('audit.saved.rename')}
                  aria-label={t('audit.saved.renameOne', { name: saved.name })}
                  onClick={() => setState('renamed')}
                >
                  <Pencil size={15} aria-hidden />
                </button>
                <button
                  type="button"
                  className="btn btn-quiet btn-icon"
                  title={t('action.remove')}
                  aria-label={t('audit.saved.removeOne', { name: saved.name })}
                  onClick={() => setState('removed')}
                >
                  <Trash2 size={15} aria-hidden />
                </button>
              </>
            ) : null}
          </>
        )}
      </div>
      {state === 'removed' ? (
        <div className="mt-1.5 flex flex-wrap items-center justify-end gap-2 text-xs">
          <span className="flex-1">{t(saved.isShared ? 'audit.saved.removeShared' : 'audit.saved.removeOwn')}</span>
          <button type="button" className="btn" onClick={() => setState('shown')}>
            {t('action.cancel')}
          </button>
          <button
            type="button"
            className="btn border-transparent bg-critical text-surface hover:bg-critical"
            disabled={write.isPending}
            onClick={() => write.mutate(null)}
          >
            {t('action.remove')}
          </button>
        </div>
      ) : null}
      {isNameTaken(write.error) ? (
        <p role="alert" className="mt-1 text-2xs text-critical">
          {t('audit.saved.taken')}
        </p>
      ) : (
        <Trouble error={write.error} />
      )}
    </li>
  )
}

const focusOnce = (field: HTMLInputElement | null) => field?.select()

function Rename(props: { name: string; busy: boolean; rename: (name: string) => void; cancel: () => void }) {
  const t = useT()
  const [name, setName] = useState(props.name)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    props.rename(name.trim())
  }
  return (
    <form className="flex flex-1 flex-wrap items-center gap-1.5" onSubmit={submit}>
      <input
        className="field h-8 min-w-40 flex-1 text-sm max-md:h-11"
        aria-label={t('audit.saved.name')}
        ref={focusOnce}
        value={name}
        maxLength={80}
        onChange={(event) => setName(event.target.value)}
      />
      <button type="button" className="btn" onClick={props.cancel}>
        {t('action.cancel')}
      </button>
      <button type="submit" className="btn btn-primary" disabled={name.trim() === '' || props.busy}>
        {t('action.save')}
      </button>
    </form>
  )
}
