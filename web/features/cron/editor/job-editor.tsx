import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useId, useState } from 'react'
import { ChangedJob, type CronJobView } from '../../../../worker/features/cron/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { useNow } from '../../../use-now.ts'
import { AgentSelect } from '../../agents/agent-select.tsx'
import { changedText } from '../changed-text.ts'
import { reloadCron } from '../queries.ts'
import { type Fault, faultsOf, formOf, newForm, scheduleFrom } from './form.ts'
import { ScheduleFields } from './schedule-fields.tsx'

/** Makes a job, or changes one; with its gateway away the change is kept for it, and says so. */
export function JobEditor(props: { job?: CronJobView; agentId?: string; close: () => void }) {
  const { job, close } = props
  const t = useT()
  const id = useId()
  const now = useNow()
  const client = useQueryClient()
  const [form, setForm] = useState(() => (job ? formOf(job) : newForm(props.agentId ?? '')))
  const [tried, setTried] = useState(false)
  const tellsMessage = !job || job.payloadKind === 'agentTurn'
  const faults = faultsOf(form, now, tellsMessage)
  const faultText = (fault: Fault) => (tried && faults.includes(fault) ? t(`cron.fault.${fault}`) : undefined)
  const send = useMutation({
    mutationFn: () => {
      const schedule = scheduleFrom(form)
      const written = { name: form.name.trim(), schedule, ...(tellsMessage && { message: form.message }) }
      return job
        ? request(ChangedJob, `/cron/jobs/${job.id}`, {
            method: 'PATCH',
            body: { ...written, expectedRevision: job.revision ?? '' },
          })
        : request(ChangedJob, '/cron/jobs', { method: 'POST', body: { ...written, agentId: form.agentId } })
    },
    onSuccess: async (changed) => {
      await reloadCron(client)
      toast({ text: changedText(t, changed) })
      close()
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (faults.length === 0 && !send.isPending) send.mutate()
      }}
    >
      {job && !job.isReachable ? <Note>{t('cron.willWait')}</Note> : null}
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('cron.name')}
          value={form.name}
          maxLength={200}
          error={faultText('name')}
          onChange={({ target }) => setForm({ ...form, name: target.value })}
        />
        {job ? null : (
          <AgentSelect
            look="field"
            label={t('cron.agent')}
            none={t('cron.chooseAgent')}
            value={form.agentId}
            error={faultText('agent')}
            isActiveOnly
            choose={(agentId) => setForm({ ...form, agentId })}
          />
        )}
      </div>
      {tellsMessage ? (
        <div>
          <label htmlFor={id} className="mb-1.5 block text-xs font-medium">
            {t('cron.message')}
          </label>
          <textarea
            id={id}
            className="field h-auto min-h-24 py-2"
            maxLength={4_000}
            value={form.message}
            aria-invalid={faultText('message') ? true : undefined}
            aria-describedby={`${id}-below`}
            onChange={({ target }) => setForm({ ...form, message: target.value })}
          />
          <p id={`${id}-below`} className={`mt-1 text-2xs ${faultText('message') ? 'text-critical' : 'text-ink-2'}`}>
            {faultText('message') ?? t('cron.messageHint')}
          </p>
        </div>
      ) : (
        <Note>{t('cron.noMessage', { kind: job?.payloadKind ?? '' })}</Note>
      )}
      <ScheduleFields
        form={form}
        set={setForm}
        faultText={faultText}
        isFit={faults.every((one) => !isOfSchedule(one))}
      />
      <Trouble error={send.error} />
      <SubmitActions cancel={close} disabled={send.isPending}>
        {t(job ? 'cron.save' : 'cron.create')}
      </SubmitActions>
    </form>
  )
}

const isOfSchedule = (fault: Fault): boolean => ['expr', 'tz', 'count', 'at'].includes(fault)
