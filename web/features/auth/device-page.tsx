import { useMutation, useQuery } from '@tanstack/react-query'
import { Navigate, useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { DeviceRequest } from '../../../worker/features/auth/contract.ts'
import { Capability } from '../../../worker/platform/access/contract.ts'
import { act, queryString, request } from '../../api.ts'
import { isSignedOut } from '../../api-error.ts'
import { type T, useT } from '../../i18n/use-t.ts'
import { hasSession } from '../../session/cookie.ts'
import { meQuery } from '../../session/queries.ts'
import { Field } from '../../ui/field.tsx'
import { Fact, Facts, Mono } from '../../ui/page.tsx'
import { Skeleton, Trouble } from '../../ui/state.tsx'
import { Countdown } from '../../ui/time.tsx'
import { DoorForm, Submit } from './door-form.tsx'

/** Approves a command line that asks to act for this person (RFC 8628). */
export function DevicePage() {
  const { code } = useSearch({ from: '/door/device' })
  const t = useT()
  const me = useQuery({ ...meQuery, retry: false, enabled: hasSession() })
  if (!hasSession() || isSignedOut(me.error))
    return <Navigate to="/sign-in" search={{ next: `/device${queryString({ code })}` }} replace />
  if (!me.data)
    return (
      <DoorForm title={t('device.title')}>{me.isError ? <Trouble error={me.error} /> : <Skeleton rows={3} />}</DoorForm>
    )
  const account = t('device.account', { email: me.data.email, organization: me.data.organization.name })
  return code ? <Decide code={code} account={account} /> : <AskCode />
}

function AskCode() {
  const t = useT()
  const navigate = useNavigate()
  const [code, setCode] = useState('')
  return (
    <DoorForm title={t('device.title')} lead={t('device.askLead')}>
      <form
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault()
          if (code.trim() !== '') void navigate({ to: '/device', search: { code: code.trim().toUpperCase() } })
        }}
      >
        <Field
          label={t('device.code')}
          className="font-mono text-lg tracking-widest uppercase"
          autoComplete="off"
          autoCapitalize="characters"
          maxLength={20}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Submit busy={false}>{t('device.next')}</Submit>
      </form>
    </DoorForm>
  )
}

function Decide({ code, account }: { code: string; account: string }) {
  const t = useT()
  const found = useQuery({
    queryKey: ['device', code],
    queryFn: () => request(DeviceRequest, `/auth/device/request${queryString({ userCode: code })}`),
    retry: false,
  })
  const decide = useMutation({
    mutationFn: (approve: boolean) => act('/auth/device/decide', { method: 'POST', body: { userCode: code, approve } }),
  })
  if (decide.isSuccess) {
    const verdict = decide.variables ? 'approved' : 'denied'
    return <DoorForm title={t(`device.${verdict}.title`)} lead={t(`device.${verdict}.body`)} />
  }
  if (!found.data)
    return (
      <DoorForm title={t('device.title')}>
        {found.isError ? <Trouble error={found.error} /> : <Skeleton rows={3} />}
        {found.isError ? <AskAgain /> : null}
      </DoorForm>
    )
  return (
    <DoorForm title={t('device.title')} lead={t('device.lead')}>
      <p className="rounded-md border border-line bg-sunken py-4 text-center font-mono text-2xl font-semibold tracking-widest">
        {found.data.userCode}
      </p>
      <p className="text-xs text-ink-2">{t('device.compare')}</p>
      <Facts>
        <Fact name={t('device.client')} full>
          <Mono>{found.data.clientId}</Mono>
        </Fact>
        <Fact name={t('device.from')} full>
          <Mono>{found.data.ipAddress}</Mono>
        </Fact>
        <Fact name={t('device.as')} full>
          {account}
        </Fact>
        <Fact name={t('apiKeys.scopes')} full>
          {found.data.scopes === null ? t('device.everything') : scopeWords(t, found.data.scopes)}
        </Fact>
        <Fact name={t('device.expires')} full>
          <Countdown at={found.data.expiresAt} />
        </Fact>
      </Facts>
      <Trouble error={decide.error} />
      <div className="grid grid-cols-2 gap-2">
        <button
          type="button"
          className="btn btn-danger text-sm md:h-10"
          disabled={decide.isPending}
          onClick={() => decide.mutate(false)}
        >
          {t('device.deny')}
        </button>
        <button
          type="button"
          className="btn btn-primary text-sm md:h-10"
          disabled={decide.isPending}
          onClick={() => decide.mutate(true)}
        >
          {t('device.approve')}
        </button>
      </div>
    </DoorForm>
  )
}

const scopeWords = (t: T, scopes: readonly string[]) =>
  scopes
    .map((scope) => {
      const known = Capability.options.find((one) => one === scope)
      return known ? t(`capability.${known}`) : scope
    })
    .join(t('state.comma'))

function AskAgain() {
  const t = useT()
  const navigate = useNavigate()
  return (
    <button type="button" className="btn" onClick={() => void navigate({ to: '/device', search: {} })}>
      {t('device.otherCode')}
    </button>
  )
}
