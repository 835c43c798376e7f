import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Budget, ChangeBudget } from '../../../../worker/features/budgets/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { reloadBudgets } from '../queries.ts'
import { scopeText } from '../words.ts'
import { type BudgetDraft, draftFields, draftOf, faultsOf, refusedFields, settingsOf } from './draft.ts'
import { SettingsFields } from './settings-fields.tsx'

/** Changes the version that was opened; who was overtaken sees what the budget says now before they go on. */
export function EditDialog({ budget, close }: { budget: Budget; close: () => void }) {
  const t = useT()
  return (
    <Dialog
      open
      wide
      onOpenChange={(open) => !open && close()}
      title={t('budgets.editTitle', { name: budget.name })}
      description={t('budgets.editBody', { scope: scopeText(t, budget.scope) })}
    >
      <EditForm budget={budget} close={close} />
    </Dialog>
  )
}

function EditForm({ budget, close }: { budget: Budget; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  /** What the form was opened on; after a conflict, what somebody else made of it meanwhile. */
  const [base, setBase] = useState(budget)
  const [draft, setDraft] = useState(() => draftOf(budget))
  const [overtaken, setOvertaken] = useState(false)
  const parsed = ChangeBudget.safeParse(settingsOf(draft))
  const theirs = draftOf(base)
  const isChanged = draftFields.some((name) => theirs[name] !== draft[name])
  const save = useMutation({
    mutationFn: (body: ChangeBudget) =>
      request(Budget, `/budgets/${budget.id}`, { method: 'PATCH', headers: { 'If-Match': `"${base.version}"` }, body }),
    onSuccess: async () => {
      await reloadBudgets(client)
      toast({ text: t('budgets.changed') })
      close()
    },
    onError: (error) => {
      const newest = newestOf(error)
      if (!newest) return
      setBase(newest)
      setOvertaken(true)
    },
  })
  const shown = (name: keyof BudgetDraft) => {
    if (name === 'period') return t(`budgets.each.${theirs.period}`)
    return name === 'onLimit' ? t(`budgets.onLimit.${theirs.onLimit}.name`) : theirs[name] || '—'
  }
  const nowSays = (name: keyof BudgetDraft) =>
    overtaken && theirs[name] !== draft[name] ? t('budgets.nowSays', { value: shown(name) }) : undefined
  return (
    <form
      className="mt-4 space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        if (parsed.success && isChanged && !save.isPending) save.mutate(parsed.data)
      }}
    >
      {overtaken ? <Note tone="warn">{t(isChanged ? 'budgets.overtaken' : 'budgets.sameMeanwhile')}</Note> : null}
      <SettingsFields
        draft={draft}
        set={(change) => setDraft({ ...draft, ...change })}
        faults={faultsOf(parsed.error, save.error)}
        theirs={nowSays}
      />
      {refusedFields(save.error).length > 0 || newestOf(save.error) ? null : <Trouble error={save.error} />}
      <SubmitActions cancel={close} disabled={!parsed.success || !isChanged || save.isPending}>
        {t(overtaken ? 'budgets.saveMine' : 'action.save')}
      </SubmitActions>
    </form>
  )
}

/** What somebody else made of it, as the refusal tells it. */
const newestOf = (error: unknown): Budget | null =>
  error instanceof ApiError && error.code === 'precondition_failed'
    ? (Budget.safeParse(error.context.budget).data ?? null)
    : null
