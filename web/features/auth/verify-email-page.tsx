import { useMutation } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import { act } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Trouble } from '../../ui/state.tsx'
import { DoorForm } from './door-form.tsx'

/** Confirms on a press and not on opening, so that a mail scanner that follows links confirms nothing. */
export function VerifyEmailPage() {
  const t = useT()
  const { token } = useSearch({ from: '/door/verify-email' })
  const verify = useMutation({ mutationFn: () => act('/auth/verify-email', { method: 'POST', body: { token } }) })
  if (verify.isSuccess)
    return (
      <DoorForm title={t('verify.done')} lead={t('verify.doneLead')}>
        <Link to="/" className="btn btn-primary w-full text-sm md:h-10">
          {t('verify.goOn')}
        </Link>
      </DoorForm>
    )
  return (
    <DoorForm title={t('verify.title')} lead={token ? t('verify.lead') : t('verify.noToken')}>
      <Trouble error={verify.error} />
      {token ? (
        <button
          type="button"
          className="btn btn-primary w-full text-sm md:h-10"
          disabled={verify.isPending}
          onClick={() => verify.mutate()}
        >
          {t('verify.submit')}
        </button>
      ) : null}
    </DoorForm>
  )
}
