import { useQueryClient } from '@tanstack/react-query'
import type { Agent } from '../../../../worker/features/agents/contract.ts'
import { RemovedAgent } from '../../../../worker/features/agents/registry/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { toast } from '../../../ui/toast.tsx'
import { nameOf } from './name-of.ts'

/** Out of its gateway, or, where the gateway has it no more, out of the registry. */
export function RemoveDialog({ agent, close }: { agent: Agent; close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const name = nameOf(agent)
  const isGone = agent.state === 'removed'
  const remove = async () => {
    const removing = request(RemovedAgent, `/agents/${agent.id}`, { method: 'DELETE', body: { name } })
    const { agent: after } = await removing.catch((error: unknown) => {
      // The gateway's own sentence says why it keeps it: its only agent, or one whose credentials others use.
      if (error instanceof ApiError && error.code === 'conflict') toast({ text: error.message, tone: 'bad' })
      throw error
    })
    await client.invalidateQueries({ queryKey: ['agents'] })
    const outcome = after === null ? 'forgotten' : after.state === 'removed' ? 'removed' : 'stillListed'
    toast({ text: t(`registry.outcome.${outcome}`, { name }) })
  }
  return (
    <Confirm
      open
      close={close}
      danger
      title={t(isGone ? 'registry.forgetTitle' : 'registry.removeTitle', { name })}
      body={t(isGone ? 'registry.forgetBody' : 'registry.removeBody', { connector: agent.connectorName })}
      action={t(isGone ? 'registry.forget' : 'registry.remove')}
      typed={name}
      onConfirm={remove}
    />
  )
}
