import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Restore, restoreDaysMax } from '../../../../worker/features/audit/keeping/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { beginOf, endOf, keepingQuery } from './queries.ts'

/** Which days come back into search, and for how long. */
export function StartRestore({ close }: { close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [first, setFirst] = useState('')
  const [last, setLast] = useState('')
  const [days, setDays] = useState('14')
  const [reason, setReason] = useState('')
  const [from, to] = [beginOf(first), endOf(last)]
  const start = useMutation({
    mutationFn: () =>
      request(Restore, '/audit/keeping/restores', { method: 'POST', body: { from, to, days: Number(days), reason } }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keepingQuery.queryKey })
      close()
    },
  })
  const backwards = from !== null && to !== null && from >= to
  const daysFit = /^\d{1,3}$/.test(days) && Number(days) >= 1 && Number(days) <= restoreDaysMax
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate()
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('keeping.firstDay')}
          type="date"
          value={first}
          required
          onChange={(event) => setFirst(event.target.value)}
        />
        <Field
          label={t('keeping.lastDay')}
          type="date"
          value={last}
          required
          error={backwards ? t('keeping.backwards') : undefined}
          onChange={(event) => setLast(event.target.value)}
        />
      </div>
      <Field
        label={t('keeping.restores.days')}
        type="number"
        inputMode="numeric"
        min={1}
        max={restoreDaysMax}
        value={days}
        required
        onChange={(event) => setDays(event.target.value)}
      />
      <Field
        label={t('keeping.reason')}
        value={reason}
        minLength={3}
        maxLength={500}
        required
        onChange={(event) => setReason(event.target.value)}
      />
      <Trouble error={start.error} />
      <SubmitActions
        cancel={close}
        disabled={!from || !to || backwards || !daysFit || reason.trim().length < 3 || start.isPending}
      >
        {t('keeping.restores.start')}
      </SubmitActions>
    </form>
  )
}
