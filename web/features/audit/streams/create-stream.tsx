import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { auditEvents } from '../../../../worker/features/audit/contract.ts'
import { CreatedStream, type StreamKind, streamKinds } from '../../../../worker/features/audit/streams/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { SubmitActions } from '../../../ui/dialog.tsx'
import { Field, SelectField } from '../../../ui/field.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { typeText } from '../table/choices.tsx'
import { reloadStreams } from './queries.ts'
import { SecretOnce } from './secret-once.tsx'

const areas = [...new Set(Object.keys(auditEvents).map((type) => `${type.split('.')[0]}.`))]
const risks = { all: undefined, medium: 'medium,high,critical', high: 'high,critical' } as const
const isKind = (value: string): value is StreamKind => streamKinds.some((kind) => kind === value)
const isRisk = (value: string): value is keyof typeof risks => value in risks

const initial = {
  name: '',
  url: '',
  token: '',
  headerName: 'Authorization',
  headerValue: '',
  body: 'lines',
  format: 'clawbutler',
  type: '',
  from: 'now',
}

/** Sets up a stream; the secret of a webhook is shown once, in the place of the form. */
export function CreateStream({ close }: { close: () => void }) {
  const t = useT()
  const client = useQueryClient()
  const [kind, setKind] = useState<StreamKind>('webhook')
  const [risk, setRisk] = useState<keyof typeof risks>('all')
  const [form, setForm] = useState(initial)
  const set = (name: keyof typeof initial) => (event: { target: { value: string } }) =>
    setForm({ ...form, [name]: event.target.value })
  const create = useMutation({
    mutationFn: () =>
      request(CreatedStream, '/audit/streams', {
        method: 'POST',
        body: {
          name: form.name,
          destination: destinationOf(kind, form),
          format: form.format,
          filter: { ...(form.type && { type: form.type }), ...(risks[risk] && { risk: risks[risk] }) },
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
        <Field label={t('streams.name')} value={form.name} maxLength={100} required onChange={set('name')} />
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
      <Field
        label={t('streams.url')}
        type="url"
        value={form.url}
        placeholder={kind === 'splunk' ? 'https://splunk.acme.dev:8088/services/collector/event' : 'https://'}
        required
        onChange={set('url')}
      />
      {kind === 'splunk' ? (
        <Field
          label={t('streams.token')}
          type="password"
          autoComplete="off"
          value={form.token}
          required
          onChange={set('token')}
        />
      ) : null}
      {kind === 'http' ? (
        <div className="grid gap-4 sm:grid-cols-[1fr_1.6fr_1fr]">
          <Field label={t('streams.headerName')} value={form.headerName} required onChange={set('headerName')} />
          <Field
            label={t('streams.headerValue')}
            hint={t('streams.headerHint')}
            type="password"
            autoComplete="off"
            value={form.headerValue}
            required
            onChange={set('headerValue')}
          />
          <SelectField label={t('streams.body')} value={form.body} onChange={set('body')}>
            <option value="lines">{t('streams.bodies.lines')}</option>
            <option value="array">{t('streams.bodies.array')}</option>
          </SelectField>
        </div>
      ) : null}
      <div className="grid gap-4 sm:grid-cols-2">
        <SelectField label={t('streams.format')} value={form.format} onChange={set('format')}>
          <option value="clawbutler">{t('streams.formats.clawbutler')}</option>
          <option value="ocsf">{t('streams.formats.ocsf')}</option>
        </SelectField>
        <SelectField label={t('streams.from')} value={form.from} onChange={set('from')}>
          <option value="now">{t('streams.fromNow')}</option>
          <option value="beginning">{t('streams.fromBeginning')}</option>
        </SelectField>
        <SelectField label={t('streams.type')} value={form.type} onChange={set('type')}>
          <option value="">{t('audit.filter.anyType')}</option>
          {areas.map((area) => (
            <option key={area} value={area}>
              {typeText(t, area)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('streams.risk')}
          value={risk}
          onChange={({ target }) => isRisk(target.value) && setRisk(target.value)}
        >
          <option value="all">{t('audit.filter.anyRisk')}</option>
          <option value="medium">{t('audit.filter.riskFrom', { risk: t('risk.medium') })}</option>
          <option value="high">{t('audit.filter.riskFrom', { risk: t('risk.high') })}</option>
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
