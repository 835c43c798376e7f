import { useMutation, useQuery } from '@tanstack/react-query'
import { Link, Navigate, useSearch } from '@tanstack/react-router'
import { Fingerprint } from 'lucide-react'
import { useRef, useState } from 'react'
import { useForm } from 'react-hook-form'
import { LoginAnswer } from '../../../worker/features/auth/contract.ts'
import { problemCodes } from '../../../worker/platform/contract.ts'
import { queryString, request } from '../../api.ts'
import { ApiError } from '../../api-error.ts'
import { useT } from '../../i18n/use-t.ts'
import { authMethodsQuery } from '../../session/queries.ts'
import { Field } from '../../ui/field.tsx'
import { Note, Trouble } from '../../ui/state.tsx'
import { DoorForm, Submit } from './door-form.tsx'
import { useEnter } from './enter.ts'
import { isGivenUp, passkeysWork, signInWithPasskey } from './passkey.ts'
import { GitHubMark, GoogleMark } from './provider-marks.tsx'
import { formRules } from './rules.ts'

type Values = { email: string; password: string; code: string }

export function SignInPage() {
  const t = useT()
  const { next, error: doorError } = useSearch({ from: '/door/sign-in' })
  const enter = useEnter()
  const methods = useQuery(authMethodsQuery)
  const [needsCode, setNeedsCode] = useState(false)
  const codeField = useRef<HTMLInputElement | null>(null)
  const form = useForm<Values>({ defaultValues: { email: '', password: '', code: '' } })
  const rules = formRules(t)
  const signIn = useMutation({
    mutationFn: ({ email, password, code }: Values) =>
      request(LoginAnswer, '/auth/login', {
        method: 'POST',
        body: { email, password, transport: 'cookie', ...(code === '' ? {} : { code }) },
      }),
    onSuccess: () => enter(next),
    onError: (error) => {
      if (!(error instanceof ApiError) || error.code !== 'totp_required') return
      setNeedsCode(true)
      requestAnimationFrame(() => codeField.current?.focus())
    },
  })
  const passkey = useMutation({ mutationFn: signInWithPasskey, onSuccess: () => enter(next) })
  if (methods.data?.setupRequired) return <Navigate to="/setup" replace />

  const doorProblem = problemCodes.find((code) => code === doorError)
  const asksForCode = signIn.error instanceof ApiError && signIn.error.code === 'totp_required'
  const code = form.register('code')
  const providers = methods.data?.providers ?? []
  return (
    <DoorForm
      title={t('signIn.title')}
      foot={
        methods.data?.registration === 'invite' ? (
          t('signIn.inviteOnly')
        ) : (
          <>
            {t('signIn.noAccount')}{' '}
            <Link to="/register" search={next ? { next } : {}} className="link">
              {t('register.title')}
            </Link>
          </>
        )
      }
    >
      {doorError ? (
        <Note tone="warn">
          {t('signIn.providerFailed')} {doorProblem ? t(`problem.${doorProblem}`) : null}
        </Note>
      ) : null}
      <form className="space-y-4" noValidate onSubmit={form.handleSubmit((values) => signIn.mutate(values))}>
        <Field
          label={t('form.label.email')}
          type="email"
          autoComplete="username webauthn"
          error={form.formState.errors.email?.message}
          {...form.register('email', rules.email)}
        />
        <div>
          <Field
            label={t('form.label.password')}
            type="password"
            autoComplete="current-password"
            error={form.formState.errors.password?.message}
            {...form.register('password', { required: t('form.required') })}
          />
          <p className="mt-1.5 text-2xs">
            <Link to="/forgot-password" className="link">
              {t('signIn.forgot')}
            </Link>
          </p>
        </div>
        {needsCode ? (
          <Field
            label={t('signIn.code')}
            hint={t('signIn.codeHint')}
            inputMode="numeric"
            autoComplete="one-time-code"
            className="font-mono tracking-widest"
            {...code}
            ref={(element) => {
              code.ref(element)
              codeField.current = element
            }}
          />
        ) : null}
        {asksForCode ? null : <Trouble error={signIn.error} />}
        <Submit busy={signIn.isPending}>{t('signIn.submit')}</Submit>
      </form>
      {passkeysWork() || providers.length > 0 ? (
        <div className="flex items-center gap-3 text-2xs text-ink-2">
          <span className="h-px flex-1 bg-line" />
          {t('signIn.or')}
          <span className="h-px flex-1 bg-line" />
        </div>
      ) : null}
      <div className="space-y-2">
        {passkeysWork() ? (
          <button
            type="button"
            className="btn w-full text-sm md:h-10"
            disabled={passkey.isPending}
            onClick={() => passkey.mutate()}
          >
            <Fingerprint size={16} aria-hidden />
            {t('signIn.passkey')}
          </button>
        ) : null}
        {providers.map((provider) => (
          <a
            key={provider}
            className="btn w-full text-sm md:h-10"
            href={`/api/v1/auth/oauth/${provider}/start${queryString({ next: next ?? '/' })}`}
          >
            {provider === 'github' ? <GitHubMark /> : <GoogleMark />}
            {t(`signIn.provider.${provider}`)}
          </a>
        ))}
      </div>
      {passkey.error && !isGivenUp(passkey.error) ? <Trouble error={passkey.error} /> : null}
    </DoorForm>
  )
}
