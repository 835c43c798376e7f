import { useMutation, useQueryClient } from '@tanstack/react-query'
import { RulesConflict } from '../../../worker/features/rules/contract.ts'
import { ApiError } from '../../api-error.ts'
import { useT } from '../../i18n/use-t.ts'
import { toast } from '../../ui/toast.tsx'
import type { Item } from './difference.ts'
import { type DraftRules, rulesToSend } from './draft.ts'
import { ruleSetQuery, saveRules } from './queries.ts'

/** Saves a list upon a version. Where somebody was faster, what is in force now is shown to be compared. */
export const useSave = (draft: DraftRules, compare: (open: boolean) => void) => {
  const t = useT()
  const queryClient = useQueryClient()
  const save = useMutation({
    mutationFn: ({ version, items }: { version: number; items: Item[] }) =>
      saveRules(version, rulesToSend(items), draft.note.trim()),
    onSuccess: async (saved) => {
      draft.discard()
      compare(false)
      queryClient.setQueryData(ruleSetQuery.queryKey, saved)
      toast({ text: t('rules.saved', { version: saved.version }) })
      await queryClient.invalidateQueries({ queryKey: ['rules'] })
    },
    onError: (error) => {
      if (!(error instanceof ApiError) || error.code !== 'precondition_failed') return
      const conflict = RulesConflict.safeParse(error.context)
      if (conflict.success) queryClient.setQueryData(ruleSetQuery.queryKey, conflict.data.current)
      else void queryClient.invalidateQueries({ queryKey: ruleSetQuery.queryKey })
      compare(true)
    },
  })
  const isConflict = save.error instanceof ApiError && save.error.code === 'precondition_failed'
  return { save, isConflict }
}
