import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { parseVerifierKey, signatureTypes } from '../../../../../tlog/note.ts'
import { Witness } from '../../../../../worker/features/audit/witnesses/contract.ts'
import { request } from '../../../../api.ts'
import { ApiError } from '../../../../api-error.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { SubmitActions } from '../../../../ui/dialog.tsx'
import { Field } from '../../../../ui/field.tsx'
import { Trouble } from '../../../../ui/state.tsx'
import { witnessesQuery } from './queries.ts'

/** A new witness, or what is to be changed of one. */
export function WitnessForm({ witness, close }: { witness: Witness | null; close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [name, setName] = useState(witness?.name ?? '')
  const [url, setUrl] = useState(witness?.url ?? '')
  const [vkey, setVkey] = useState(witness?.vkey ?? '')
  const [enabled, setEnabled] = useState(witness?.enabled ?? true)
  const save = useMutation({
    mutationFn: () =>
      request(Witness, witness ? `/audit/witnesses/${witness.id}` : '/audit/witnesses', {
        method: witness ? 'PATCH' : 'POST',
        body: { name, url, vkey, enabled },
      }),
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: witnessesQuery.queryKey })
      close()
    },
  })
  const isKey = parseVerifierKey(vkey)?.type === signatureTypes.cosignature
  const refusedUrl = save.error instanceof ApiError && save.error.fields.some(({ path }) => path === 'url')
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <Field
        label={t('witness.name')}
        value={name}
        maxLength={100}
        required
        onChange={(event) => setName(event.target.value)}
      />
      <Field
        label={t('witness.url')}
        hint={t('witness.urlHint')}
        error={refusedUrl ? t('witness.urlRefused') : undefined}
        type="url"
        value={url}
        maxLength={500}
        required
        onChange={(event) => setUrl(event.target.value)}
      />
      <Field
        label={t('witness.vkey')}
        hint={witness ? t('witness.vkeyChange') : t('witness.vkeyHint')}
        error={vkey !== '' && !isKey ? t('witness.vkeyWrong') : undefined}
        className="font-mono text-2xs"
        value={vkey}
        maxLength={500}
        spellCheck={false}
        required
        onChange={(event) => setVkey(event.target.value)}
      />
      <label className="flex items-center gap-2 text-xs max-md:min-h-11">
        <input type="checkbox" checked={enabled} onChange={(event) => setEnabled(event.target.checked)} />
        {t('witness.enabled')}
      </label>
      {refusedUrl ? null : <Trouble error={save.error} />}
      <SubmitActions cancel={close} disabled={name.trim() === '' || url === '' || !isKey || save.isPending}>
        {t(witness ? 'witness.save' : 'witness.add')}
      </SubmitActions>
    </form>
  )
}
