import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import type { Me } from '../../../worker/features/auth/contract.ts'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { meQuery, useCan } from '../../session/queries.ts'
import { Field } from '../../ui/field.tsx'
import { Fact, Facts, Mono, Page } from '../../ui/page.tsx'
import { Failed, Note, Skeleton, Trouble } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'

export function OrganizationPage() {
  const t = useT()
  const me = useQuery(meQuery)
  return (
    <Page title={t('settings.organization.title')} wide={false}>
      {me.data ? (
        <>
          <Facts>
            <Fact name={t('organization.id')}>
              <Mono>{me.data.organization.id}</Mono>
            </Fact>
            <Fact name={t('profile.role')}>{t(`role.${me.data.organization.role}`)}</Fact>
          </Facts>
          <Rename key={me.data.organization.id} organization={me.data.organization} />
        </>
      ) : me.isError ? (
        <Failed what={t('shell.meFailed')} error={me.error} retry={() => void me.refetch()} />
      ) : (
        <Skeleton rows={3} />
      )}
    </Page>
  )
}

function Rename({ organization }: { organization: Me['organization'] }) {
  const t = useT()
  const queryClient = useQueryClient()
  const may = useCan('organization.write')
  const [name, setName] = useState(organization.name)
  const rename = useMutation({
    mutationFn: () => act('/organizations/current', { method: 'PATCH', body: { name } }),
    onSuccess: async () => {
      toast({ text: t('organization.renamed') })
      await queryClient.invalidateQueries({ queryKey: ['me'] })
    },
  })
  return (
    <form
      className="mt-6 max-w-md space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        rename.mutate()
      }}
    >
      <Field
        label={t('organization.name')}
        value={name}
        maxLength={120}
        disabled={!may}
        onChange={(e) => setName(e.target.value)}
      />
      {may ? null : <Note>{t('organization.mayNot')}</Note>}
      <Trouble error={rename.error} />
      <button
        type="submit"
        className="btn btn-primary"
        disabled={!may || name.trim() === '' || name.trim() === organization.name || rename.isPending}
      >
        {t('action.save')}
      </button>
    </form>
  )
}
