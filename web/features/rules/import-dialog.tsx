import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { RulesFile } from '../../../worker/features/rules/contract.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dialog, DialogActions } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Note, Trouble } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { countOf } from './difference.ts'
import { DifferenceView } from './difference-view.tsx'
import { Faults } from './faults.tsx'
import { importRules } from './queries.ts'

const fileOf = (text: string) => {
  try {
    return RulesFile.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** A file of rules: read, held against those in force, and saved only then. */
export function ImportDialog({ version, close }: { version: number; close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const input = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<RulesFile | null>(null)
  const [isUnfit, setUnfit] = useState(false)
  const [note, setNote] = useState('')
  const look = useMutation({ mutationFn: (read: RulesFile) => importRules(version, read, { dryRun: true, note: '' }) })
  const save = useMutation({
    mutationFn: (read: RulesFile) => importRules(version, read, { dryRun: false, note }),
    onSuccess: async (done) => {
      await queryClient.invalidateQueries({ queryKey: ['rules'] })
      toast({ text: t('rules.saved', { version: done.version }) })
      close()
    },
  })
  const read = async (chosen: File | undefined) => {
    if (!chosen) return
    const found = fileOf(await chosen.text())
    setUnfit(found === null)
    setFile(found)
    if (found) look.mutate(found)
  }
  const difference = look.data?.difference
  const isSame = difference !== undefined && countOf(difference) === 0
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      wide
      title={t('rules.import.title')}
      description={t('rules.import.body')}
    >
      <div className="mt-4 space-y-4">
        <input
          ref={input}
          type="file"
          accept="application/json,.json"
          aria-label={t('rules.import.file')}
          className="block w-full text-xs text-ink-2 file:mr-3 file:h-8 file:rounded-md file:border file:border-line-2 file:bg-surface file:px-3 file:text-xs file:font-medium file:text-ink"
          onChange={(event) => void read(event.target.files?.[0])}
        />
        {isUnfit ? <Note tone="warn">{t('rules.import.unfit')}</Note> : null}
        <Trouble error={look.error ?? save.error} />
        <Faults error={look.error ?? save.error} names={file?.rules.map((rule) => rule.name) ?? []} />
        {difference ? <DifferenceView difference={difference} /> : null}
        {look.data?.warnings.map((warning) => (
          <Note key={`${warning.path} ${warning.message}`} tone="warn">
            <code className="mr-2 font-mono">{warning.path}</code>
            <span lang="en">{warning.message}</span>
          </Note>
        ))}
        {difference && !isSame ? (
          <Field
            label={t('rules.draft.note')}
            value={note}
            maxLength={500}
            onChange={(event) => setNote(event.target.value)}
          />
        ) : null}
      </div>
      <DialogActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.cancel')}
        </button>
        <button
          type="button"
          className="btn btn-primary"
          disabled={!file || !look.data || isSame || save.isPending}
          onClick={() => file && save.mutate(file)}
        >
          {t('rules.draft.save', { version: version + 1 })}
        </button>
      </DialogActions>
    </Dialog>
  )
}
