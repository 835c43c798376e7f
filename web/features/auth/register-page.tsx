import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { LoginAnswer } from '../../../worker/features/auth/contract.ts'
import { act, request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { hasSession } from '../../session/cookie.ts'
import { authMethodsQuery, meQuery } from '../../session/queries.ts'
import { showFieldErrors } from '../../ui/form.ts'
import { Note, Trouble } from '../../ui/state.tsx'
import { AccountFields, type AccountValues, accountNames } from './account-fields.tsx'
import { BackToSignIn, DoorForm, Submit } from './door-form.tsx'
import { useEnter } from './enter.ts'
import { fieldWords } from './rules.ts'

/** A new account: with an organization of its own, or into the one that an invitation names. */
export function RegisterPage() {
  const t = useT()
  const { invitation, next } = useSearch({ from: '/door/register' })
  const enter = useEnter()
  const methods = useQuery(authMethodsQuery)
  const me = useQuery({ ...meQuery, enabled: invitation !== undefined && hasSession(), retry: false })
  const form = useForm<AccountValues>({ defaultValues: { name: '', email: '', password: '', organizationName: '' } })
  const register = useMutation({
    mutationFn: ({ organizationName, ...values }: AccountValues) =>
      request(LoginAnswer, '/auth/register', {
        method: 'POST',
        body: {
          ...values,
          transport: 'cookie',
          ...(invitation ? { invitationToken: invitation } : { organizationName }),
        },
      }),
    onSuccess: () => enter(next),
    onError: (error) => showFieldErrors(error, accountNames, form.setError, fieldWords(t)),
  })
  const accept = useMutation({
    mutationFn: () => act('/organizations/invitations/accept', { method: 'POST', body: { token: invitation } }),
    onSuccess: () => enter('/'),
  })
  if (invitation && me.data)
    return (
      <DoorForm title={t('register.invited')} lead={t('register.acceptLead', { email: me.data.email })}>
        <Trouble error={accept.error} />
        <button
          type="button"
          className="btn btn-primary w-full text-sm md:h-10"
          disabled={accept.isPending}
          onClick={() => accept.mutate()}
        >
          {t('register.accept')}
        </button>
      </DoorForm>
    )
  const isClosed = methods.data?.registration === 'invite' && !invitation
  const signIn = invitation ? { next: `/register?invitation=${encodeURIComponent(invitation)}` } : {}
  return (
    <DoorForm
      title={invitation ? t('register.invited') : t('register.title')}
      lead={invitation ? t('register.invitedLead') : t('register.lead')}
      foot={
        <>
          {t('register.haveAccount')}{' '}
          <Link to="/sign-in" search={signIn} className="link">
            {t('signIn.title')}
          </Link>
        </>
      }
    >
      {isClosed ? (
        <>
          <Note>{t('register.closed')}</Note>
          <BackToSignIn>{t('signIn.title')}</BackToSignIn>
        </>
      ) : (
        <form className="space-y-4" noValidate onSubmit={form.handleSubmit((values) => register.mutate(values))}>
          <AccountFields form={form} organization={!invitation} />
          <Trouble error={register.error} />
          <Submit busy={register.isPending}>{t('register.submit')}</Submit>
        </form>
      )}
    </DoorForm>
  )
}
