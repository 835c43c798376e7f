import { useMutation, useQuery } from '@tanstack/react-query'
import { useLocale } from 'use-intl'
import { act } from '../../api.ts'
import { chooseLocale } from '../../i18n/catalogue.ts'
import { locales } from '../../i18n/locale.ts'
import { useT } from '../../i18n/use-t.ts'
import { meQuery } from '../../session/queries.ts'
import { chooseTheme, themes, useTheme } from '../../theme.ts'
import { Dot } from '../../ui/badge.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Fact, Facts, Mono, Page, Section } from '../../ui/page.tsx'
import { Failed, Skeleton } from '../../ui/state.tsx'
import { toast } from '../../ui/toast.tsx'
import { useProblemText } from '../../use-problem.ts'
import { SingleKeysSwitch } from '../approvals/single-keys-switch.tsx'

export function ProfilePage() {
  const t = useT()
  const me = useQuery(meQuery)
  return (
    <Page title={t('settings.profile.title')} wide={false}>
      {me.data ? (
        <Facts>
          <Fact name={t('form.label.name')}>{me.data.name}</Fact>
          <Fact name={t('profile.role')}>{t(`role.${me.data.organization.role}`)}</Fact>
          <Fact name={t('form.label.email')} full>
            <span className="flex flex-wrap items-center gap-x-3">
              <span className="break-all">{me.data.email}</span>
              <Dot tone={me.data.emailVerified ? 'good' : 'warn'} quiet>
                {me.data.emailVerified ? t('profile.verified') : t('profile.unverified')}
              </Dot>
              {me.data.emailVerified ? null : <SendVerification />}
            </span>
          </Fact>
          <Fact name={t('profile.providers')}>
            {me.data.providers.length === 0
              ? t('state.none')
              : me.data.providers.map((one) => t(`profile.provider.${one}`)).join(t('state.comma'))}
          </Fact>
          <Fact name={t('profile.id')}>
            <Mono>{me.data.id}</Mono>
          </Fact>
        </Facts>
      ) : me.isError ? (
        <Failed what={t('shell.meFailed')} error={me.error} retry={() => void me.refetch()} />
      ) : (
        <Skeleton rows={3} />
      )}
      <Preferences />
    </Page>
  )
}

function SendVerification() {
  const t = useT()
  const problemText = useProblemText()
  const send = useMutation({
    mutationFn: () => act('/auth/verify-email/send', { method: 'POST' }),
    onSuccess: () => toast({ text: t('profile.verificationSent') }),
    onError: (error) => toast({ text: problemText(error), tone: 'bad' }),
  })
  return (
    <button type="button" className="btn" disabled={send.isPending || send.isSuccess} onClick={() => send.mutate()}>
      {t('profile.sendVerification')}
    </button>
  )
}

function Preferences() {
  const t = useT()
  const locale = useLocale()
  const theme = useTheme()
  return (
    <Section title={t('profile.preferences')} className="mt-8">
      <div className="grid max-w-lg gap-4 sm:grid-cols-2">
        <SelectField
          label={t('shell.language')}
          value={locale}
          onChange={(event) => {
            const next = locales.find((one) => one === event.target.value)
            if (next) void chooseLocale(next)
          }}
        >
          {locales.map((one) => (
            <option key={one} value={one}>
              {t(`shell.languages.${one}`)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t('shell.theme')}
          value={theme}
          onChange={(event) => {
            const next = themes.find((one) => one === event.target.value)
            if (next) chooseTheme(next)
          }}
        >
          {themes.map((one) => (
            <option key={one} value={one}>
              {t(`shell.themes.${one}`)}
            </option>
          ))}
        </SelectField>
      </div>
      <div className="mt-5">
        <SingleKeysSwitch />
      </div>
    </Section>
  )
}
