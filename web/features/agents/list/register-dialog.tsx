import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { RegisterAgent, RegisteredAgent } from '../../../../worker/features/agents/registry/contract.ts'
import { gatewayIdOf } from '../../../../worker/features/connectors/link/changes/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dialog, DialogActions, SubmitActions } from '../../../ui/dialog.tsx'
import { Field, SelectField } from '../../../ui/field.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { connectorsQuery } from '../../connectors/queries.ts'

/** Makes an agent at a gateway; says honestly when the gateway made it and does not list it yet. */
export function RegisterDialog({ close }: { close: () => void }) {
  const t = useT()
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={t('registry.registerTitle')}
      description={t('registry.registerBody')}
    >
      <RegisterForm close={close} />
    </Dialog>
  )
}

const refusals = ['connector_offline', 'gateway_away', 'read_only'] as const

function RegisterForm({ close }: { close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const navigate = useNavigate()
  const connectors = useQuery(connectorsQuery).data?.items ?? []
  const [form, setForm] = useState({ connectorId: '', name: '', externalId: '', model: '', workspace: '' })
  const set = (name: keyof typeof form) => (event: { target: { value: string } }) =>
    setForm({ ...form, [name]: event.target.value })
  const connectorId = form.connectorId || connectors.find(({ state }) => state === 'online')?.id || ''
  const id = form.externalId.trim() || gatewayIdOf(form.name)
  const wanted = RegisterAgent.safeParse({
    connectorId,
    name: form.name,
    ...(id === null ? {} : { externalId: id }),
    ...(form.model.trim() ? { model: form.model } : {}),
    ...(form.workspace.trim() ? { workspace: form.workspace } : {}),
  })
  const isBad = (name: string) => !wanted.success && wanted.error.issues.some(({ path }) => path[0] === name)
  const register = useMutation({
    mutationFn: () => request(RegisteredAgent, '/agents', { method: 'POST', body: wanted.data }),
    onSuccess: async ({ agent }) => {
      await client.invalidateQueries({ queryKey: ['agents'] })
      if (agent === null) return
      toast({ text: t('registry.registered', { name: agent.name }) })
      close()
      await navigate({ to: '/agents/$id', params: { id: agent.id } })
    },
  })
  if (register.data?.agent === null)
    return (
      <div className="mt-4">
        <Note tone="warn">
          {t(register.data.change.state === 'confirmed' ? 'registry.notVisibleYet' : 'registry.notAnsweredYet', {
            id: register.data.change.agentId,
          })}
        </Note>
        <DialogActions>
          <button type="button" className="btn btn-primary" onClick={close}>
            {t('action.close')}
          </button>
        </DialogActions>
      </div>
    )
  const because = refusals.find(
    (reason) => register.error instanceof ApiError && register.error.context.because === reason,
  )
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        if (wanted.success) register.mutate()
      }}
    >
      <SelectField label={t('agents.column.connector')} value={connectorId} required onChange={set('connectorId')}>
        <option value="" disabled>
          {t('registry.chooseConnector')}
        </option>
        {connectors.map((one) => (
          <option key={one.id} value={one.id} disabled={one.state !== 'online'}>
            {one.state === 'online' ? one.name : t('registry.connectorAway', { name: one.name })}
          </option>
        ))}
      </SelectField>
      <div className="grid gap-4 sm:grid-cols-2">
        <Field label={t('registry.name')} value={form.name} maxLength={100} required onChange={set('name')} />
        <Field
          label={t('registry.externalId')}
          hint={t('registry.externalIdHint')}
          error={form.name.trim() && isBad('externalId') ? t('registry.badExternalId') : undefined}
          value={form.externalId}
          placeholder={gatewayIdOf(form.name) ?? ''}
          maxLength={64}
          spellCheck={false}
          className="font-mono"
          onChange={set('externalId')}
        />
      </div>
      <Field
        label={t('registry.model')}
        hint={t('registry.modelHint')}
        error={isBad('model') ? t('registry.badModel') : undefined}
        value={form.model}
        spellCheck={false}
        className="font-mono"
        onChange={set('model')}
      />
      <Field
        label={t('agents.workspace')}
        hint={t('registry.workspaceHint')}
        error={isBad('workspace') ? t('registry.badWorkspace') : undefined}
        value={form.workspace}
        spellCheck={false}
        className="font-mono"
        onChange={set('workspace')}
      />
      {because ? <Note tone="warn">{t(`registry.because.${because}`)}</Note> : <Trouble error={register.error} />}
      {register.error instanceof ApiError && register.error.code === 'conflict' && !because ? (
        <p className="text-2xs text-ink-2">{register.error.message}</p>
      ) : null}
      <SubmitActions cancel={close} disabled={!wanted.success || register.isPending}>
        {t(register.isPending ? 'registry.registering' : 'registry.register')}
      </SubmitActions>
    </form>
  )
}
