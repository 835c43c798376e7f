import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CreatedStream, type StreamKind, streamKinds } from '../../../../worker/features/audit/streams/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SubmitActions } from '../../../ui/dialog.tsx'
import { Field, SelectField } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { ChoiceFields } from './choice-fields.tsx'
import { DestinationFields } from './destination-fields.tsx'
import { filterWith } from './filter.ts'
import { reloadStreams } from './queries.ts'
import { SecretOnce } from './secret-once.tsx'

const isKind = (value: string): value is StreamKind => streamKinds.some((kind) => kind === value)

const initial = {
  name: '',
  url: '',
  token: '',
  headerName: 'Authorization',
  headerValue: '',
  body: 'lines',
  format: 'clawbutler',
  type: '',
  risk: '',
  from: 'now',
}

/** Sets up a stream; the secret of a webhook is shown once, in the place of the form. */
export function CreateStream({ close }: { close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const [kind, setKind] = useState<StreamKind>('webhook')
  const [form, setForm] = useState(initial)
  const set = (change: Partial<typeof initial>) => setForm({ ...form, ...change })
  const create = useMutation({
    mutationFn: () =>
      request(CreatedStream, '/audit/streams', {
        method: 'POST',
        body: {
          name: form.name,
          destination: destinationOf(kind, form),
          format: form.format,
          filter: filterWith({}, form),
          from: form.from,
        },
      }),
    onSuccess: async ({ secret }) => {
      await reloadStreams(client)
      if (secret === null) close()
    },
  })
  if (create.data?.secret) return <SecretOnce secret={create.data.secret} note={t('streams.once')} close={close} />
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label={t('streams.name')}
          value={form.name}
          maxLength={100}
          required
          onChange={({ target }) => set({ name: target.value })}
        />
        <SelectField
          label={t('streams.to')}
          value={kind}
          hint={t(`streams.kindHint.${kind}`)}
          onChange={({ target }) => isKind(target.value) && setKind(target.value)}
        >
          {streamKinds.map((one) => (
            <option key={one} value={one}>
              {t(`streams.kind.${one}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <DestinationFields kind={kind} form={form} set={set} credential="needed" />
      <div className="grid gap-4 sm:grid-cols-2">
        <ChoiceFields form={form} set={set} />
        <SelectField label={t('streams.from')} value={form.from} onChange={({ target }) => set({ from: target.value })}>
          <option value="now">{t('streams.fromNow')}</option>
          <option value="beginning">{t('streams.fromBeginning')}</option>
        </SelectField>
      </div>
      <Trouble error={create.error} />
      <SubmitActions cancel={close} disabled={create.isPending}>
        {t('streams.setUp')}
      </SubmitActions>
    </form>
  )
}

const destinationOf = (kind: StreamKind, { url, token, body, headerName, headerValue }: typeof initial) => {
  if (kind === 'webhook') return { kind, url }
  return kind === 'splunk' ? { kind, url, token } : { kind, url, body, headerName, headerValue }
}
