import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useForm } from 'react-hook-form'
import { roles } from '../../../worker/platform/access/contract.ts'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { SubmitActions } from '../../ui/dialog.tsx'
import { Field, SelectField } from '../../ui/field.tsx'
import { showFieldErrors } from '../../ui/form.ts'
import { Trouble } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { fieldWords, formRules } from '../auth/rules.ts'

type Values = { email: string; role: string }

export function InviteForm({ close }: { close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const form = useForm<Values>({ defaultValues: { email: '', role: 'approver' } })
  const role = form.watch('role')
  const invite = useMutation({
    mutationFn: (values: Values) => act('/organizations/invitations', { method: 'POST', body: values }),
    onSuccess: async (_, { email }) => {
      toast({ text: t('members.invited', { email }) })
      close()
      await queryClient.invalidateQueries({ queryKey: ['invitations'] })
    },
    onError: (error) => showFieldErrors(error, ['email', 'role'], form.setError, fieldWords(t)),
  })
  const chosen = roles.find((one) => one === role) ?? 'viewer'
  return (
    <form className="mt-4 space-y-4" noValidate onSubmit={form.handleSubmit((values) => invite.mutate(values))}>
      <Field
        label={t('form.label.email')}
        type="email"
        autoComplete="off"
        error={form.formState.errors.email?.message}
        {...form.register('email', formRules(t).email)}
      />
      <SelectField label={t('profile.role')} hint={t(`roleHint.${chosen}`)} {...form.register('role')}>
        {roles
          .filter((one) => one !== 'owner')
          .map((one) => (
            <option key={one} value={one}>
              {t(`role.${one}`)}
            </option>
          ))}
      </SelectField>
      <Trouble error={invite.error} />
      <SubmitActions cancel={close} disabled={invite.isPending}>
        {t('members.send')}
      </SubmitActions>
    </form>
  )
}
