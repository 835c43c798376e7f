import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { z } from 'zod'
import { DriftIgnores, PutDriftIgnores } from '../../../../worker/features/snapshots/contract.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useCan } from '../../../session/queries.ts'
import { Section } from '../../../ui/page.tsx'
import { Failed, Note, Skeleton, Trouble } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { toast } from '../../../ui/toast.tsx'
import { ListEditor } from '../../agents/schema/list-editor.tsx'
import { ignoresQuery, putIgnores } from './queries.ts'
import { rebased } from './rebased.ts'

/** What nobody wants to be told as drift. */
export function Ignores() {
  const t = useT()
  const found = useQuery(ignoresQuery)
  return (
    <Section title={t('snapshots.ignores.title')} className="mt-10 max-w-[860px]">
      {found.data ? (
        <Editor ignores={found.data} />
      ) : found.isError ? (
        <Failed what={t('snapshots.ignores.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={2} height={44} />
      )}
    </Section>
  )
}

const Conflict = z.object({ ignores: DriftIgnores })

function Editor({ ignores }: { ignores: DriftIgnores }) {
  const t = useT()
  const queryClient = useQueryClient()
  const may = useCan('drift.write')
  const [draft, setDraft] = useState<{ base: DriftIgnores; patterns: string[] } | null>(null)
  const patterns = draft?.patterns ?? ignores.patterns
  const isValid = PutDriftIgnores.safeParse({ patterns }).success
  const save = useMutation({
    mutationFn: (wanted: { version: number; patterns: string[] }) => putIgnores(wanted.version, wanted.patterns),
    onSuccess: async (saved) => {
      queryClient.setQueryData(ignoresQuery.queryKey, saved)
      setDraft(null)
      toast({ text: t('snapshots.ignores.saved') })
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: ['drift', 'list'] }),
        queryClient.invalidateQueries({ queryKey: ['snapshots'] }),
      ])
    },
    onError: (error, wanted) => {
      const conflict = isOvertaken(error) ? Conflict.safeParse(error.context) : null
      if (!conflict?.success || !draft) return
      const theirs = conflict.data.ignores
      queryClient.setQueryData(ignoresQuery.queryKey, theirs)
      setDraft({ base: theirs, patterns: rebased(draft.base.patterns, wanted.patterns, theirs.patterns) })
    },
  })
  const change = (items: unknown[]) => {
    const next = items.map(String)
    save.reset()
    setDraft(next.join('\n') === ignores.patterns.join('\n') ? null : { base: draft?.base ?? ignores, patterns: next })
  }
  return (
    <div className="border-y border-line py-4">
      <p className="mb-3 text-xs text-ink-2">{t('snapshots.ignores.how')}</p>
      <ListEditor label={t('snapshots.ignores.title')} items={patterns} disabled={!may} onChange={change} />
      <p className="mt-3 flex flex-wrap gap-x-2 text-2xs text-ink-2">
        {t('snapshots.ignores.always')}
        {ignores.always.map((name) => (
          <code key={name} className="font-mono">
            {name}
          </code>
        ))}
      </p>
      {ignores.changedAt ? (
        <p className="mt-1 text-2xs text-ink-2">
          {t('snapshots.ignores.changed', { who: ignores.changedByName ?? t('snapshots.nobody') })}{' '}
          <Ago at={ignores.changedAt} />
        </p>
      ) : null}
      {may ? null : <p className="mt-2 text-2xs text-ink-2">{t('snapshots.ignores.mayNot')}</p>}
      <div className="mt-3 space-y-3 empty:hidden">
        {isValid ? null : <Note tone="warn">{t('snapshots.ignores.invalid')}</Note>}
        {isOvertaken(save.error) ? (
          <Note tone="warn">{t('snapshots.ignores.overtaken')}</Note>
        ) : (
          <Trouble error={save.error} />
        )}
      </div>
      {draft ? (
        <div className="mt-3 flex flex-wrap gap-2">
          <button
            type="button"
            className="btn btn-primary"
            disabled={!isValid || save.isPending}
            onClick={() => save.mutate({ version: draft.base.version, patterns: draft.patterns })}
          >
            {t('action.save')}
          </button>
          <button type="button" className="btn" onClick={() => change([...ignores.patterns])}>
            {t('snapshots.ignores.discard')}
          </button>
        </div>
      ) : null}
    </div>
  )
}

const isOvertaken = (error: unknown): error is ApiError =>
  error instanceof ApiError && error.code === 'precondition_failed'
