import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CreatedApiKey } from '../../../worker/features/api-keys/contract.ts'
import type { Capability } from '../../../worker/platform/access/contract.ts'
import { request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Copy } from '../../ui/copy.tsx'
import { DialogActions, SubmitActions } from '../../ui/dialog.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { Note, Trouble } from '../../ui/state.tsx'

const lifetimes = ['30', '90', '365', 'never'] as const

/** A key with a part of one's own capabilities; its secret is shown once. */
export function CreateKey({ mine, close }: { mine: readonly Capability[]; close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<readonly Capability[]>(mine.filter((one) => one.endsWith('.read')))
  const [days, setDays] = useState<string>('90')
  const create = useMutation({
    mutationFn: () =>
      request(CreatedApiKey, '/api-keys', {
        method: 'POST',
        body: { name, scopes, expiresInDays: days === 'never' ? null : Number(days) },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  if (create.data)
    return (
      <div className="mt-4 space-y-4">
        <Note tone="warn">{t('apiKeys.once')}</Note>
        <pre className="rounded-md border border-line bg-sunken px-3.5 py-3 font-mono text-xs break-all whitespace-pre-wrap">
          {create.data.secret}
        </pre>
        <DialogActions>
          <Copy text={create.data.secret} what={t('apiKeys.secret')} label={t('copy.copy')} />
          <button type="button" className="btn btn-primary" onClick={close}>
            {t('connectors.token.kept')}
          </button>
        </DialogActions>
      </div>
    )
  const toggle = (scope: Capability) =>
    setScopes((before) => (before.includes(scope) ? before.filter((one) => one !== scope) : [...before, scope]))
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        create.mutate()
      }}
    >
      <div className="grid gap-4 sm:grid-cols-[1fr_180px]">
        <Field
          label={t('apiKeys.name')}
          value={name}
          maxLength={120}
          required
          onChange={(e) => setName(e.target.value)}
        />
        <SelectField label={t('apiKeys.lifetime')} value={days} onChange={(e) => setDays(e.target.value)}>
          {lifetimes.map((one) => (
            <option key={one} value={one}>
              {one === 'never' ? t('apiKeys.neverExpires') : t('apiKeys.days', { days: Number(one) })}
            </option>
          ))}
        </SelectField>
      </div>
      <fieldset>
        <legend className="mb-1.5 text-xs font-medium">{t('apiKeys.scopes')}</legend>
        <div className="grid gap-x-6 sm:grid-cols-2">
          {mine.map((scope) => (
            <label key={scope} className="flex min-h-8 items-center gap-2.5 max-md:min-h-11">
              <input
                type="checkbox"
                className="size-4 accent-[var(--accent)]"
                checked={scopes.includes(scope)}
                onChange={() => toggle(scope)}
              />
              <span>{t(`capability.${scope}`)}</span>
            </label>
          ))}
        </div>
      </fieldset>
      <Trouble error={create.error} />
      <SubmitActions cancel={close} disabled={name.trim() === '' || scopes.length === 0 || create.isPending}>
        {t('apiKeys.create')}
      </SubmitActions>
    </form>
  )
}
