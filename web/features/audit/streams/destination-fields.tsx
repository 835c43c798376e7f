import type { StreamKind } from '../../../../worker/features/audit/streams/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Field, SelectField } from '../../../ui/field.tsx'

export interface DestinationForm {
  url: string
  token: string
  headerName: string
  headerValue: string
  body: string
}

interface Props {
  kind: StreamKind
  form: DestinationForm
  set: (change: Partial<DestinationForm>) => void
  /** A credential that is there already stays when nothing is typed. */
  credential: 'needed' | 'kept'
}

/** Where a stream goes, and with which credential; one that is kept is never shown. */
export function DestinationFields({ kind, form, set, credential }: Props) {
  const t = useT()
  const isNeeded = credential === 'needed'
  const kept = isNeeded ? {} : { placeholder: t('streams.keptCredential') }
  return (
    <>
      <Field
        label={t('streams.url')}
        type="url"
        value={form.url}
        placeholder={kind === 'splunk' ? 'https://splunk.acme.dev:8088/services/collector/event' : 'https://'}
        required
        onChange={({ target }) => set({ url: target.value })}
      />
      {kind === 'splunk' ? (
        <Field
          {...kept}
          label={t('streams.token')}
          type="password"
          autoComplete="off"
          value={form.token}
          required={isNeeded}
          onChange={({ target }) => set({ token: target.value })}
        />
      ) : null}
      {kind === 'http' ? (
        <div className="grid gap-4 sm:grid-cols-[1fr_1.6fr_1fr]">
          <Field
            label={t('streams.headerName')}
            value={form.headerName}
            required
            onChange={({ target }) => set({ headerName: target.value })}
          />
          <Field
            {...kept}
            label={t('streams.headerValue')}
            hint={t('streams.headerHint')}
            type="password"
            autoComplete="off"
            value={form.headerValue}
            required={isNeeded}
            onChange={({ target }) => set({ headerValue: target.value })}
          />
          <SelectField
            label={t('streams.body')}
            value={form.body}
            onChange={({ target }) => set({ body: target.value })}
          >
            <option value="lines">{t('streams.bodies.lines')}</option>
            <option value="array">{t('streams.bodies.array')}</option>
          </SelectField>
        </div>
      ) : null}
    </>
  )
}
