import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { useForm } from 'react-hook-form'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Field } from '../../ui/field.tsx'
import { Trouble } from '../../ui/state.tsx'
import { BackToSignIn, DoorForm, Submit } from './door-form.tsx'
import { formRules, passwordMin } from './rules.ts'

export function ResetPasswordPage() {
  const t = useT()
  const { token } = useSearch({ from: '/door/reset-password' })
  const form = useForm({ defaultValues: { password: '' } })
  const reset = useMutation({
    mutationFn: ({ password }: { password: string }) =>
      act('/auth/reset-password', { method: 'POST', body: { token, password } }),
  })
  if (reset.isSuccess)
    return (
      <DoorForm
        title={t('reset.done')}
        lead={t('reset.doneLead')}
        foot={<BackToSignIn>{t('signIn.title')}</BackToSignIn>}
      />
    )
  if (!token)
    return (
      <DoorForm
        title={t('reset.title')}
        lead={t('reset.noToken')}
        foot={
          <Link to="/forgot-password" className="link">
            {t('reset.again')}
          </Link>
        }
      />
    )
  return (
    <DoorForm title={t('reset.title')} lead={t('reset.lead')}>
      <form className="space-y-4" noValidate onSubmit={form.handleSubmit((values) => reset.mutate(values))}>
        <Field
          label={t('reset.password')}
          type="password"
          autoComplete="new-password"
          hint={t('form.passwordHint', { min: passwordMin })}
          error={form.formState.errors.password?.message}
          {...form.register('password', formRules(t).password)}
        />
        <Trouble error={reset.error} />
        <Submit busy={reset.isPending}>{t('reset.submit')}</Submit>
      </form>
    </DoorForm>
  )
}
