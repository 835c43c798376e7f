import { useMutation, useQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { LoginAnswer } from '../../../worker/features/auth/contract.ts'
import { request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { authMethodsQuery } from '../../session/queries.ts'
import { showFieldErrors } from '../../ui/form.ts'
import { Note, Trouble } from '../../ui/state.tsx'
import { AccountFields, type AccountValues, accountNames } from './account-fields.tsx'
import { BackToSignIn, DoorForm, Submit } from './door-form.tsx'
import { useEnter } from './enter.ts'
import { fieldWords } from './rules.ts'

/** The first owner of an installation, by the link that its terminal printed; it works once. */
export function SetupPage() {
  const t = useT()
  const { token } = useSearch({ from: '/door/setup' })
  const enter = useEnter()
  const methods = useQuery(authMethodsQuery)
  const form = useForm<AccountValues>({ defaultValues: { name: '', email: '', password: '', organizationName: '' } })
  const setup = useMutation({
    mutationFn: (values: AccountValues) =>
      request(LoginAnswer, '/auth/setup', { method: 'POST', body: { ...values, token, transport: 'cookie' } }),
    onSuccess: () => enter('/'),
    onError: (error) => showFieldErrors(error, accountNames, form.setError, fieldWords(t)),
  })
  if (methods.data && !methods.data.setupRequired)
    return (
      <DoorForm
        title={t('setup.done')}
        lead={t('setup.doneLead')}
        foot={<BackToSignIn>{t('signIn.title')}</BackToSignIn>}
      />
    )
  if (!token)
    return (
      <DoorForm title={t('setup.title')} lead={t('setup.noToken')}>
        <Note>{t('setup.noTokenHint')}</Note>
      </DoorForm>
    )
  return (
    <DoorForm title={t('setup.title')} lead={t('setup.lead')}>
      <form className="space-y-4" noValidate onSubmit={form.handleSubmit((values) => setup.mutate(values))}>
        <AccountFields form={form} organization />
        <Trouble error={setup.error} />
        <Submit busy={setup.isPending}>{t('setup.submit')}</Submit>
      </form>
    </DoorForm>
  )
}
