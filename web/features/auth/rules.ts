import type { T } from '../../i18n/use-t.ts'

export const passwordMin = 12

/** The same bounds as the contract, said beside the field before anything is sent. */
export const formRules = (t: T) => ({
  email: { required: t('form.required'), pattern: { value: /^\S+@\S+\.\S+$/, message: t('form.email') } },
  password: {
    required: t('form.required'),
    minLength: { value: passwordMin, message: t('form.password', { min: passwordMin }) },
  },
  text: { required: t('form.required'), maxLength: { value: 120, message: t('form.tooLong', { max: 120 }) } },
})

/** What a field is told when the server found it wrong. */
export const fieldWords = (t: T) => (name: string) =>
  name === 'email'
    ? t('form.email')
    : name === 'password'
      ? t('form.password', { min: passwordMin })
      : t('form.invalid')
