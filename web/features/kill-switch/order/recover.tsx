import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { KillOrder } from '../../../../worker/features/kill-switch/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'

/** Takes an order back: the name typed, and why. */
export function RecoverDialog({ order, close }: { order: KillOrder; close: () => void }) {
  const t = useT()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('kill.recoverTitle', { name: order.scope.name })}
      description={t('kill.recoverBody')}
    >
      <RecoverForm order={order} close={close} />
    </Dialog>
  )
}

function RecoverForm({ order, close }: { order: KillOrder; close: () => void }) {
  const t = useT()
  const id = useId()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const recover = useMutation({
    mutationFn: () =>
      request(KillOrder, '/kill-switch/recover', { method: 'POST', body: { orderId: order.id, name, reason } }),
    onSuccess: (after) => {
      client.setQueryData(['kill', 'order', order.id], after)
      void client.invalidateQueries({ queryKey: ['kill'] })
      close()
    },
  })
  const isReady = name.trim() === order.scope.name.trim() && reason.trim() !== ''
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) recover.mutate()
      }}
    >
      <div>
        <label htmlFor={`${id}-name`} className="mb-1.5 block text-xs text-ink-2">
          {t.rich('confirm.typeName', {
            name: order.scope.name,
            b: (chunks) => <strong className="font-medium text-ink">{chunks}</strong>,
          })}
        </label>
        <input
          id={`${id}-name`}
          className="field"
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
      </div>
      <div>
        <label htmlFor={`${id}-reason`} className="mb-1.5 block text-xs font-medium">
          {t('kill.recoverReason')}
        </label>
        <textarea
          id={`${id}-reason`}
          rows={2}
          className="field h-auto py-2"
          maxLength={1_000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <Trouble error={recover.error} />
      <SubmitActions cancel={close} disabled={!isReady || recover.isPending}>
        {t('kill.recover')}
      </SubmitActions>
    </form>
  )
}
