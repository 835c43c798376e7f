import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { act } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { type AuditSearch, filterOf } from './filter.ts'
import { savedQueryOf } from './saved-queries.ts'

/** Asks for a name, and whether the organization sees it. */
export function SaveDialog({ search, close }: { search: AuditSearch; close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [isShared, setShared] = useState(false)
  const save = useMutation({
    mutationFn: () =>
      act('/audit/searches', { method: 'POST', body: { name: name.trim(), query: savedQueryOf(search), isShared } }),
    onSuccess: async () => {
      close()
      toast({ text: t('audit.saved.done') })
      await queryClient.invalidateQueries({ queryKey: ['audit-searches'] })
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    save.mutate()
  }
  const isTaken = isNameTaken(save.error)
  return (
    <Dialog open onOpenChange={(open) => !open && close()} title={t('audit.saved.save')}>
      <form className="mt-4 space-y-4" onSubmit={submit}>
        <Field
          label={t('audit.saved.name')}
          value={name}
          maxLength={80}
          required
          error={isTaken ? t('audit.saved.taken') : undefined}
          onChange={(event) => setName(event.target.value)}
        />
        <label className="flex items-start gap-2.5 text-sm max-md:min-h-11">
          <input
            type="checkbox"
            className="mt-0.5 size-4 shrink-0 accent-accent"
            checked={isShared}
            onChange={(event) => setShared(event.target.checked)}
          />
          <span>
            {t('audit.saved.share')}
            <span className="mt-0.5 block text-2xs text-ink-2">{t('audit.saved.shareHint')}</span>
          </span>
        </label>
        {filterOf(search).unreadable.length > 0 ? <Note tone="warn">{t('audit.saved.unreadable')}</Note> : null}
        <Trouble error={isTaken ? null : save.error} />
        <SubmitActions cancel={close} disabled={name.trim() === '' || save.isPending}>
          {t('action.save')}
        </SubmitActions>
      </form>
    </Dialog>
  )
}

export const isNameTaken = (error: unknown): boolean =>
  error instanceof ApiError && error.code === 'conflict' && typeof error.context.name === 'string'
