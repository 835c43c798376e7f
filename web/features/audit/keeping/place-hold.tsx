import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Hold } from '../../../../worker/features/audit/keeping/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { AgentSelect } from '../../agents/agent-select.tsx'
import { beginOf, endOf, keepingQuery } from './queries.ts'

/** A hold over everything, or over a time and one agent. */
export function PlaceHold({ close }: { close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [reason, setReason] = useState('')
  const [first, setFirst] = useState('')
  const [last, setLast] = useState('')
  const [agentId, setAgentId] = useState('')
  const [from, to] = [beginOf(first), endOf(last)]
  const place = useMutation({
    mutationFn: () =>
      request(Hold, '/audit/keeping/holds', {
        method: 'POST',
        body: { name, reason, ...(from && { from }), ...(to && { to }), ...(agentId && { agentId }) },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keepingQuery.queryKey })
      close()
    },
  })
  const backwards = from !== null && to !== null && from >= to
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        place.mutate()
      }}
    >
      <Field
        label={t('keeping.holds.name')}
        value={name}
        maxLength={100}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t('keeping.reason')}
        value={reason}
        minLength={3}
        maxLength={500}
        required
        onChange={(event) => setReason(event.target.value)}
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('keeping.firstDay')}
          type="date"
          value={first}
          onChange={(event) => setFirst(event.target.value)}
        />
        <Field
          label={t('keeping.lastDay')}
          type="date"
          value={last}
          error={backwards ? t('keeping.backwards') : undefined}
          onChange={(event) => setLast(event.target.value)}
        />
      </div>
      <AgentSelect
        look="field"
        label={t('keeping.holds.agent')}
        none={t('keeping.holds.allAgents')}
        value={agentId}
        choose={setAgentId}
      />
      <Trouble error={place.error} />
      <SubmitActions
        cancel={close}
        disabled={name.trim() === '' || reason.trim().length < 3 || backwards || place.isPending}
      >
        {t('keeping.holds.place')}
      </SubmitActions>
    </form>
  )
}
