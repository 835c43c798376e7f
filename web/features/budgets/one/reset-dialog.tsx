import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Budget } from '../../../../worker/features/budgets/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { budgetQuery, reloadBudgets } from '../queries.ts'
import { ReasonField } from './reason-field.tsx'

/** Closes the breaker by hand: why, and what that sets going. */
export function ResetDialog({ budget, close }: { budget: Budget; close: () => void }) {
  const t = useT()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('budgets.reset.title', { name: budget.name })}
      description={t('budgets.reset.body')}
    >
      <ResetForm budget={budget} close={close} />
    </Dialog>
  )
}

function ResetForm({ budget, close }: { budget: Budget; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const reset = useMutation({
    mutationFn: () => request(Budget, `/budgets/${budget.id}/reset`, { method: 'POST', body: { reason } }),
    onSuccess: async (after) => {
      client.setQueryData(budgetQuery(budget.id).queryKey, after)
      close()
      toast({ text: t('budgets.reset.done') })
      await Promise.all([reloadBudgets(client), client.invalidateQueries({ queryKey: ['kill'] })])
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (reason.trim() !== '' && !reset.isPending) reset.mutate()
      }}
    >
      <ReasonField reason={reason} set={setReason} isMissing={tried && reason.trim() === ''} />
      <Trouble error={reset.error} />
      <SubmitActions cancel={close} disabled={reset.isPending}>
        {t('budgets.reset.do')}
      </SubmitActions>
    </form>
  )
}
