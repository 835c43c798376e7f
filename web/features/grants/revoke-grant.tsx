import { useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import type { Grant } from '../../../worker/features/grants/contract.ts'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { toast } from '../../ui/toast.tsx'
import { PatternSentence } from './pattern-text.tsx'

/** Ends a grant, with the reason that the audit keeps. */
export function RevokeGrant({ grant, close }: { grant: Grant; close: () => void }) {
  const t = useT()
  const id = useId()
  const queryClient = useQueryClient()
  const [reason, setReason] = useState('')
  const revoke = async () => {
    await act(`/approvals/grants/${grant.id}/revoke`, {
      method: 'POST',
      body: reason.trim() === '' ? {} : { reason: reason.trim() },
    })
    await queryClient.invalidateQueries({ queryKey: ['grants'] })
    toast({ text: t('grants.revoked') })
  }
  return (
    <Confirm
      open
      close={close}
      title={t('grants.revokeTitle')}
      danger
      action={t('grants.revoke')}
      onConfirm={revoke}
      body={
        <>
          <p className="mb-3 rounded-md border border-line bg-canvas px-3 py-2.5 text-xs text-ink">
            <PatternSentence pattern={grant.pattern} agentName={grant.agentName} connectorName={grant.connectorName} />
          </p>
          <p>{t(grant.gateway === 'none' ? 'grants.revokeBody' : 'grants.revokeBodyGateway')}</p>
          <label htmlFor={id} className="mt-4 mb-1.5 block text-xs font-medium text-ink">
            {t('grants.reason')}
          </label>
          <textarea
            id={id}
            className="field h-auto min-h-20 py-2"
            maxLength={1_000}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
        </>
      }
    />
  )
}
