import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { ShieldQuestion } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import { type Budget, OverriddenBudget } from '../../../../worker/features/budgets/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { cost } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions, SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { microUsdOf } from '../money.ts'
import { budgetQuery, reloadBudgets } from '../queries.ts'
import { ReasonField } from './reason-field.tsx'

/** Allows more in this period: how much and why, and whether others have to agree. */
export function OverrideDialog({ budget, close }: { budget: Budget; close: () => void }) {
  const t = useT()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('budgets.override.title', { name: budget.name })}
      description={t('budgets.override.body')}
    >
      <OverrideForm budget={budget} close={close} />
    </Dialog>
  )
}

function OverrideForm({ budget, close }: { budget: Budget; close: () => void }) {
  const t = useT()
  const locale = useLocale()
  const client = useQueryClient()
  const [amount, setAmount] = useState('')
  const [reason, setReason] = useState('')
  const [tried, setTried] = useState(false)
  const amountMicroUsd = microUsdOf(amount)
  const override = useMutation({
    mutationFn: () =>
      request(OverriddenBudget, `/budgets/${budget.id}/override`, {
        method: 'POST',
        body: { amountMicroUsd, reason },
      }),
    onSuccess: async (answer) => {
      client.setQueryData(budgetQuery(budget.id).queryKey, answer.budget)
      if (answer.state === 'applied') {
        toast({ text: t('budgets.override.applied') })
        close()
      }
      await Promise.all([reloadBudgets(client), client.invalidateQueries({ queryKey: ['approvals'] })])
    },
  })
  if (override.data && override.data.state !== 'applied')
    return <NotYet state={override.data.state} approvalId={override.data.approvalId} close={close} />
  const refusedAmount =
    override.error instanceof ApiError && override.error.fields.some(({ path }) => path.includes('amountMicroUsd'))
  const { allowedMicroUsd, spentMicroUsd } = budget.standing
  return (
    <form
      className="mt-4 space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (amountMicroUsd !== null && reason.trim() !== '' && !override.isPending) override.mutate()
      }}
    >
      <Field
        label={t('budgets.override.amount')}
        inputMode="decimal"
        autoComplete="off"
        placeholder="10.00"
        className="tnum"
        value={amount}
        hint={
          amountMicroUsd === null
            ? t('budgets.spentOf', { spent: cost(locale, spentMicroUsd), limit: cost(locale, allowedMicroUsd) })
            : t('budgets.override.then', { limit: cost(locale, allowedMicroUsd + amountMicroUsd) })
        }
        error={(tried && amountMicroUsd === null) || refusedAmount ? t('budgets.fault.limitMicroUsd') : undefined}
        onChange={({ target }) => setAmount(target.value)}
      />
      <ReasonField reason={reason} set={setReason} isMissing={tried && reason.trim() === ''} />
      {amountMicroUsd !== null && spentMicroUsd >= allowedMicroUsd + amountMicroUsd ? (
        <p className="text-xs text-medium">{t('budgets.override.tooLittle')}</p>
      ) : null}
      {refusedAmount ? null : <Trouble error={override.error} />}
      <SubmitActions cancel={close} disabled={override.isPending}>
        {t('budgets.override.do')}
      </SubmitActions>
    </form>
  )
}

/** It waits for other people, or they said no. */
function NotYet(props: { state: 'waiting' | 'refused'; approvalId: string; close: () => void }) {
  const t = useT()
  const { state, approvalId, close } = props
  const isOver = state === 'refused'
  return (
    <>
      <div
        role="status"
        className={`mt-4 flex items-start gap-2.5 rounded-md px-3 py-2.5 text-sm ${isOver ? 'bg-critical-soft text-critical' : 'bg-high-soft text-high'}`}
      >
        <ShieldQuestion size={16} aria-hidden className="mt-0.5 shrink-0" />
        <div>
          <p className="font-medium">{t(`budgets.override.${state}`)}</p>
          <p className="text-xs">{t(`budgets.override.${state}Help`)}</p>
        </div>
      </div>
      <DialogActions>
        <button type="button" className="btn" onClick={close}>
          {t('action.close')}
        </button>
        <Link
          to={isOver ? '/approvals/history' : '/approvals'}
          search={isOver ? { id: approvalId } : { id: approvalId, all: 'yes' }}
          className="btn btn-primary"
        >
          {t('budgets.toApproval')}
        </Link>
      </DialogActions>
    </>
  )
}
