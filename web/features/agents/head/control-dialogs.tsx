import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Agent } from '../../../../worker/features/agents/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { atGatewayKey } from '../at-gateway.ts'
import { agentQuery } from '../queries.ts'
import type { EditingBar } from '../use-editing.ts'

interface Props {
  agent: Agent
  /** Why it can not be done now; null when it can. */
  bar: EditingBar | null
  open: boolean
  close: () => void
}

const useControl = (agent: Agent, verb: 'disable' | 'enable', close: () => void) => {
  const t = useT()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (body: { reason?: string; leaveConfiguration?: boolean }) =>
      request(Agent, `/agents/${agent.id}/${verb}`, { method: 'POST', body }),
    onSuccess: async (changed) => {
      queryClient.setQueryData(agentQuery(agent.id).queryKey, changed)
      close()
      toast({ text: t(`agent.control.now.${changed.control}`) })
      await queryClient.invalidateQueries({ queryKey: atGatewayKey(agent.id) })
    },
  })
}

/** The gentle way: tools are denied and the heartbeat stands still, until somebody enables it again. */
export function DisableDialog({ agent, bar, open, close }: Props) {
  const t = useT()
  const [reason, setReason] = useState('')
  const disable = useControl(agent, 'disable', close)
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={t('agent.control.disableTitle', { name: agent.name })}
      description={t('agent.control.disableBody')}
    >
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          disable.mutate(reason.trim() === '' ? {} : { reason: reason.trim() })
        }}
      >
        {bar ? <Note tone="warn">{t(`agent.locked.${bar}`)}</Note> : null}
        <Field
          label={t('agent.control.reason')}
          hint={t('agent.control.reasonHint')}
          value={reason}
          maxLength={500}
          onChange={(event) => setReason(event.target.value)}
        />
        <Trouble error={disable.error} />
        <SubmitActions cancel={close} disabled={bar !== null || disable.isPending} tone="danger">
          {t('agent.control.disable')}
        </SubmitActions>
      </form>
    </Dialog>
  )
}

/** Puts back what disabling replaced; where somebody changed just that since, only ends the order when that is wanted. */
export function EnableDialog({ agent, bar, open, close }: Props) {
  const t = useT()
  const enable = useControl(agent, 'enable', close)
  const isStale = enable.error instanceof ApiError && enable.error.code === 'stale'
  return (
    <Dialog
      open={open}
      onOpenChange={(next) => !next && close()}
      title={t('agent.control.enableTitle', { name: agent.name })}
      description={t('agent.control.enableBody')}
    >
      <form
        className="mt-4 space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          enable.mutate({ leaveConfiguration: isStale })
        }}
      >
        {bar ? <Note tone="warn">{t(`agent.locked.${bar}`)}</Note> : null}
        {agent.disabledReason ? <Note>{agent.disabledReason}</Note> : null}
        {isStale ? <Note tone="warn">{t('agent.control.enableStale')}</Note> : <Trouble error={enable.error} />}
        <SubmitActions cancel={close} disabled={(bar !== null && !isStale) || enable.isPending}>
          {isStale ? t('agent.control.enableAnyway') : t('agent.control.enable')}
        </SubmitActions>
      </form>
    </Dialog>
  )
}
