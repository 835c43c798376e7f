import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { AuditStream, batchSizeMax } from '../../../../worker/features/audit/streams/contract.ts'
import { request } from '../../../api.ts'
import { ApiError } from '../../../api-error.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SubmitActions } from '../../../ui/dialog.tsx'
import { Field } from '../../../ui/field.tsx'
import { Note, Trouble } from '../../../ui/state.tsx'
import { toast } from '../../../ui/toast.tsx'
import { ChoiceFields, type ChoiceForm } from './choice-fields.tsx'
import { DestinationFields, type DestinationForm } from './destination-fields.tsx'
import { filterWith } from './filter.ts'
import { reloadStreams, streamQuery } from './queries.ts'

type Form = DestinationForm & ChoiceForm & { name: string; batchSize: string }

const formOf = ({ name, url, headerName, body, format, filter, batchSize }: AuditStream): Form => ({
  ...{ name, url, format, token: '', headerValue: '' },
  headerName: headerName ?? '',
  body: body ?? 'lines',
  type: filter.type ?? '',
  risk: filter.risk ?? '',
  batchSize: String(batchSize),
})

/** Changes a stream to the version that was opened; who was overtaken looks at the newest one before they go on. */
export function EditStream({ stream, close }: { stream: AuditStream; close: () => void }) {
  const [base, setBase] = useState(stream)
  return <EditForm key={base.version} base={base} startOver={setBase} close={close} />
}

interface Props {
  base: AuditStream
  startOver: (newest: AuditStream) => void
  close: () => void
}

function EditForm({ base, startOver, close }: Props) {
  const t = useT()
  const client = useQueryClient()
  const [form, setForm] = useState<Form>(() => formOf(base))
  const set = (change: Partial<Form>) => setForm({ ...form, ...change })
  const change = changeOf(base, form)
  const save = useMutation({
    mutationFn: () =>
      request(AuditStream, `/audit/streams/${base.id}`, {
        method: 'PATCH',
        headers: { 'If-Match': `"${base.version}"` },
        body: change,
      }),
    onSuccess: async (changed) => {
      client.setQueryData(streamQuery(base.id).queryKey, changed)
      close()
      toast({ text: t('streams.changed') })
      await reloadStreams(client)
    },
  })
  const newest = newestOf(save.error)
  const isElsewhere = base.kind !== 'webhook' && originOf(form.url) !== originOf(base.url)
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Field
        label={t('streams.name')}
        value={form.name}
        maxLength={100}
        required
        onChange={({ target }) => set({ name: target.value })}
      />
      <DestinationFields kind={base.kind} form={form} set={set} credential={isElsewhere ? 'needed' : 'kept'} />
      {isElsewhere ? <Note>{t('streams.elsewhere')}</Note> : null}
      <div className="grid gap-4 sm:grid-cols-2">
        <ChoiceFields form={form} set={set} />
        <Field
          label={t('streams.batch')}
          type="number"
          min={1}
          max={batchSizeMax}
          value={form.batchSize}
          required
          onChange={({ target }) => set({ batchSize: target.value })}
        />
      </div>
      {newest ? (
        <Note tone="warn">
          {t('streams.overtaken')}{' '}
          <button type="button" className="underline" onClick={() => startOver(newest)}>
            {t('streams.startOver')}
          </button>
        </Note>
      ) : (
        <Trouble error={save.error} />
      )}
      <SubmitActions cancel={close} disabled={Object.keys(change).length === 0 || save.isPending || newest !== null}>
        {t('streams.save')}
      </SubmitActions>
    </form>
  )
}

/** What is another than before; a credential only where one was typed. */
const changeOf = (base: AuditStream, form: Form): Record<string, unknown> => {
  const was = formOf(base)
  const own = { webhook: [], splunk: ['token'], http: ['headerName', 'headerValue', 'body'] } as const
  const names = ['name', 'url', 'format', ...own[base.kind]] as const
  const changed: Record<string, unknown> = Object.fromEntries(
    names.filter((name) => form[name] !== was[name]).map((name) => [name, form[name]]),
  )
  if (form.type !== was.type || form.risk !== was.risk) changed.filter = filterWith(base.filter, form)
  if (form.batchSize !== was.batchSize) changed.batchSize = Number(form.batchSize)
  return changed
}

const newestOf = (error: Error | null): AuditStream | null =>
  error instanceof ApiError && error.code === 'precondition_failed'
    ? (AuditStream.safeParse(error.context?.stream).data ?? null)
    : null

const originOf = (url: string): string => URL.parse(url)?.origin ?? url
