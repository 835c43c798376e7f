import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useForm } from 'react-hook-form'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Dialog, SubmitActions } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Note, Trouble } from '../../ui/state.tsx'
import { formRules, passwordMin } from './rules.ts'

export function Password() {
  const t = useT()
  const [open, setOpen] = useState(false)
  const [changed, setChanged] = useState(false)
  return (
    <Section
      title={t('password.title')}
      aside={
        <button type="button" className="btn" onClick={() => setOpen(true)}>
          {t('password.change')}
        </button>
      }
    >
      <p className="text-xs text-ink-2">{t('password.lead', { min: passwordMin })}</p>
      {changed && (
        <div className="mt-3" role="status">
          <Note>{t('password.changed')}</Note>
        </div>
      )}
      <Dialog open={open} onOpenChange={setOpen} title={t('password.change')}>
        <Change
          close={(done) => {
            setOpen(false)
            setChanged(done)
          }}
        />
      </Dialog>
    </Section>
  )
}

function Change({ close }: { close: (done: boolean) => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const form = useForm({ defaultValues: { currentPassword: '', password: '' } })
  const change = useMutation({
    mutationFn: (values: { currentPassword: string; password: string }) =>
      act('/auth/change-password', { method: 'POST', body: values }),
    onSuccess: async () => {
      close(true)
      await queryClient.invalidateQueries({ queryKey: ['sessions'] })
    },
  })
  return (
    <form className="mt-4 space-y-4" noValidate onSubmit={form.handleSubmit((values) => change.mutate(values))}>
      <Field
        label={t('password.present')}
        type="password"
        autoComplete="current-password"
        {...form.register('currentPassword', { required: true })}
      />
      <Field
        label={t('password.next')}
        type="password"
        autoComplete="new-password"
        hint={t('form.passwordHint', { min: passwordMin })}
        error={form.formState.errors.password?.message}
        {...form.register('password', formRules(t).password)}
      />
      <Link to="/forgot-password" className="link text-xs">
        {t('password.forgotten')}
      </Link>
      <Trouble error={change.error} />
      <SubmitActions cancel={() => close(false)} disabled={change.isPending}>
        {t('password.change')}
      </SubmitActions>
    </form>
  )
}
