import { useMutation } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Field } from '../../ui/field.tsx'
import { Trouble } from '../../ui/state.tsx'
import { BackToSignIn, DoorForm, Submit } from './door-form.tsx'
import { formRules } from './rules.ts'

export function ForgotPasswordPage() {
  const t = useT()
  const form = useForm({ defaultValues: { email: '' } })
  const ask = useMutation({
    mutationFn: ({ email }: { email: string }) => act('/auth/forgot-password', { method: 'POST', body: { email } }),
  })
  const back = <BackToSignIn>{t('auth.backToSignIn')}</BackToSignIn>
  if (ask.isSuccess)
    return <DoorForm title={t('forgot.sent')} lead={t('forgot.sentLead', { email: ask.variables.email })} foot={back} />
  return (
    <DoorForm title={t('forgot.title')} lead={t('forgot.lead')} foot={back}>
      <form className="space-y-4" noValidate onSubmit={form.handleSubmit((values) => ask.mutate(values))}>
        <Field
          label={t('form.label.email')}
          type="email"
          autoComplete="username"
          error={form.formState.errors.email?.message}
          {...form.register('email', formRules(t).email)}
        />
        <Trouble error={ask.error} />
        <Submit busy={ask.isPending}>{t('forgot.submit')}</Submit>
      </form>
    </DoorForm>
  )
}
