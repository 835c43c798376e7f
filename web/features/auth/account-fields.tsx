import { type UseFormReturn, useFormState } from 'react-hook-form'
import { useT } from '../../i18n/use-t.ts'
import { Field } from '../../ui/field.tsx'
import { formRules, passwordMin } from './rules.ts'

export type AccountValues = { name: string; email: string; password: string; organizationName: string }
export const accountNames = ['name', 'email', 'password', 'organizationName'] as const

/** The fields that the first owner and every later member have in common. */
export function AccountFields({ form, organization }: { form: UseFormReturn<AccountValues>; organization: boolean }) {
  const t = useT()
  const rules = formRules(t)
  const { errors } = useFormState({ control: form.control })
  return (
    <>
      <Field
        label={t('form.label.name')}
        autoComplete="name"
        error={errors.name?.message}
        {...form.register('name', rules.text)}
      />
      <Field
        label={t('form.label.email')}
        type="email"
        autoComplete="username"
        error={errors.email?.message}
        {...form.register('email', rules.email)}
      />
      <Field
        label={t('form.label.password')}
        type="password"
        autoComplete="new-password"
        hint={t('form.passwordHint', { min: passwordMin })}
        error={errors.password?.message}
        {...form.register('password', rules.password)}
      />
      {organization ? (
        <Field
          label={t('organization.name')}
          autoComplete="organization"
          hint={t('organization.nameHint')}
          error={errors.organizationName?.message}
          {...form.register('organizationName', rules.text)}
        />
      ) : null}
    </>
  )
}
