import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { stopPolicies } from '../../../../worker/features/connectors/link/stops/contract.ts'
import { KillOrder, type KillPolicy, type KillScope } from '../../../../worker/features/kill-switch/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { previewQuery } from '../queries.ts'
import { HoldToStop } from './hold-to-stop.tsx'
import { Preview } from './preview.tsx'
import { ScopePicker } from './scope-picker.tsx'

interface Props {
  /** Set where the button stands beside what it stops. */
  scope?: KillScope
  close: () => void
}

/** Orders a stop, and leads to the page of the order, where its way to each gateway is seen. */
export function StopDialog({ scope, close }: Props) {
  const t = useT()
  return (
    <Dialog open wide onOpenChange={(open) => !open && close()} title={t('kill.title')} description={t('kill.body')}>
      <StopForm {...(scope ? { given: scope } : {})} close={close} />
    </Dialog>
  )
}

function StopForm({ given, close }: { given?: KillScope; close: () => void }) {
  const t = useT()
  const reasonId = useId()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [scope, setScope] = useState<KillScope | null>(given ?? null)
  const [reason, setReason] = useState('')
  const [policy, setPolicy] = useState<KillPolicy>('stop_again')
  const preview = useQuery(previewQuery(scope))
  const order = useMutation({
    mutationFn: () => request(KillOrder, '/kill-switch/disable', { method: 'POST', body: { scope, reason, policy } }),
    onSuccess: async (made) => {
      client.setQueryData(['kill', 'order', made.id], made)
      void client.invalidateQueries({ queryKey: ['kill'] })
      close()
      await navigate({ to: '/kill-switch/$id', params: { id: made.id } })
    },
  })
  return (
    <div className="mt-4 space-y-4">
      {given ? (
        <p className="text-base font-medium">{preview.data?.scope.name ?? ''}</p>
      ) : (
        <ScopePicker scope={scope} choose={setScope} />
      )}
      {scope ? <Preview found={preview} /> : null}
      <div>
        <label htmlFor={reasonId} className="mb-1.5 block text-xs font-medium">
          {t('kill.reason')}
        </label>
        <textarea
          id={reasonId}
          rows={2}
          className="field h-auto py-2"
          maxLength={1_000}
          value={reason}
          placeholder={t('kill.reasonHint')}
          onChange={(event) => setReason(event.target.value)}
        />
      </div>
      <fieldset className="flex flex-wrap gap-x-5 gap-y-1">
        <legend className="mb-1 text-xs font-medium">{t('kill.policy')}</legend>
        {stopPolicies.toReversed().map((one) => (
          <label key={one} className="flex min-h-7 items-center gap-2 text-xs max-md:min-h-11">
            <input
              type="radio"
              name={`${reasonId}-policy`}
              className="accent-accent"
              checked={policy === one}
              onChange={() => setPolicy(one)}
            />
            {t(`kill.policies.${one}`)}
          </label>
        ))}
      </fieldset>
      <Trouble error={order.error} />
      <HoldToStop
        // In an emergency nobody waits for a gateway that does not say what it has.
        name={preview.data?.scope.name ?? 'STOP'}
        isReady={scope !== null && reason.trim() !== ''}
        isBusy={order.isPending}
        onConfirm={() => order.mutate()}
      />
    </div>
  )
}
