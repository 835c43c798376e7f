import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { CreatedConnector } from '../../../worker/features/connectors/contract.ts'
import { request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Field } from '../../ui/field.tsx'
import { Page } from '../../ui/page.tsx'
import { Note, Trouble } from '../../ui/state.tsx'
import { Pairing } from './pairing.tsx'
import { connectorQuery } from './queries.ts'
import { TokenBox } from './token-box.tsx'

export function NewConnectorPage() {
  const t = useT()
  const queryClient = useQueryClient()
  const may = useCan('connectors.write')
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: () => request(CreatedConnector, '/connectors', { method: 'POST', body: { name } }),
    onSuccess: ({ connector }) => {
      queryClient.setQueryData(connectorQuery(connector.id).queryKey, connector)
      void queryClient.invalidateQueries({ queryKey: ['connectors', 'list'] })
    },
  })
  const created = create.data
  if (created)
    return (
      <Page title={created.connector.name} lead={t('connectors.new.pasteLead')} wide={false}>
        <TokenBox created={created} />
        <div className="mt-8 border-t border-line pt-6">
          <Pairing id={created.connector.id} />
        </div>
      </Page>
    )
  return (
    <Page title={t('connectors.add')} lead={t('connectors.new.lead')} wide={false}>
      <form
        className="max-w-md space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (name.trim() !== '' && !create.isPending) create.mutate()
        }}
      >
        <Field
          label={t('connectors.name')}
          hint={t('connectors.nameHint')}
          value={name}
          maxLength={120}
          required
          disabled={!may}
          onChange={(event) => setName(event.target.value)}
        />
        {may ? null : <Note>{t('connectors.mayNot')}</Note>}
        <Trouble error={create.error} />
        <div className="flex gap-2">
          <button type="submit" className="btn btn-primary" disabled={!may || name.trim() === '' || create.isPending}>
            {t('connectors.new.create')}
          </button>
          <Link to="/connectors" className="btn btn-quiet">
            {t('action.cancel')}
          </Link>
        </div>
      </form>
    </Page>
  )
}
