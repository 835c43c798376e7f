import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { RecoveryCodes, TotpEnrolment } from '../../../worker/features/auth/contract.ts'
import { act, request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { meQuery } from '../../session/queries.ts'
import { Dot } from '../../ui/badge.tsx'
import { Copy } from '../../ui/copy.tsx'
import { Dialog, DialogActions, SubmitActions } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Mono, Section } from '../../ui/page.tsx'
import { Note, Skeleton, Trouble } from '../../ui/state.tsx'
import { QrCode } from './qr-code.tsx'

export function SecondFactor() {
  const t = useT()
  const me = useQuery(meQuery)
  const [open, setOpen] = useState<'enrol' | 'disable' | null>(null)
  const enabled = me.data?.totpEnabled
  return (
    <Section
      title={t('totp.title')}
      aside={
        enabled === undefined ? null : (
          <button type="button" className="btn" onClick={() => setOpen(enabled ? 'disable' : 'enrol')}>
            {enabled ? t('totp.disable') : t('totp.enable')}
          </button>
        )
      }
    >
      <p className="mb-3 text-xs text-ink-2">{t('totp.lead')}</p>
      {enabled === undefined ? (
        <Skeleton rows={1} />
      ) : (
        <Dot tone={enabled ? 'good' : 'off'}>{enabled ? t('totp.on') : t('totp.off')}</Dot>
      )}
      <Dialog open={open === 'enrol'} onOpenChange={(next) => !next && setOpen(null)} title={t('totp.enable')}>
        <Enrol close={() => setOpen(null)} />
      </Dialog>
      <Dialog
        open={open === 'disable'}
        onOpenChange={(next) => !next && setOpen(null)}
        title={t('totp.disable')}
        description={t('totp.disableLead')}
      >
        <Disable close={() => setOpen(null)} />
      </Dialog>
    </Section>
  )
}

function Enrol({ close }: { close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [code, setCode] = useState('')
  const enrolment = useQuery({
    queryKey: ['totp-enrolment'],
    queryFn: () => request(TotpEnrolment, '/auth/totp/enroll', { method: 'POST', body: {} }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  })
  const confirm = useMutation({
    mutationFn: () => request(RecoveryCodes, '/auth/totp/confirm', { method: 'POST', body: { code } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: ['me'] }),
  })
  if (confirm.data) return <Codes codes={confirm.data.recoveryCodes} close={close} />
  if (!enrolment.data)
    return <div className="mt-4">{enrolment.isError ? <Trouble error={enrolment.error} /> : <Skeleton rows={4} />}</div>
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate()
      }}
    >
      <p className="text-ink-2">{t('totp.scan')}</p>
      <QrCode text={enrolment.data.uri} label={t('totp.qr')} />
      <p className="flex items-center gap-2 text-xs text-ink-2">
        <span className="min-w-0 flex-1">
          {t('totp.secret')} <Mono>{enrolment.data.secret}</Mono>
        </span>
        <Copy text={enrolment.data.secret} what={t('totp.secretName')} />
      </p>
      <Field
        label={t('totp.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={32}
        className="font-mono tracking-widest"
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Trouble error={confirm.error} />
      <SubmitActions cancel={close} disabled={code.trim().length < 6 || confirm.isPending}>
        {t('totp.confirm')}
      </SubmitActions>
    </form>
  )
}

function Codes({ codes, close }: { codes: string[]; close: () => void }) {
  const t = useT()
  return (
    <div className="mt-4 space-y-4">
      <Note tone="warn">{t('totp.codesLead')}</Note>
      <ul className="grid grid-cols-2 gap-x-6 gap-y-1.5 rounded-md border border-line bg-sunken p-4 font-mono text-sm">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <DialogActions>
        <Copy text={codes.join('\n')} what={t('totp.codes')} label={t('copy.copy')} />
        <button type="button" className="btn btn-primary" onClick={close}>
          {t('totp.codesKept')}
        </button>
      </DialogActions>
    </div>
  )
}

function Disable({ close }: { close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const disable = useMutation({
    mutationFn: () => act('/auth/totp/disable', { method: 'POST', body: { password, code } }),
    onSuccess: async () => {
      close()
      await queryClient.invalidateQueries({ queryKey: ['me'] })
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        disable.mutate()
      }}
    >
      <Field
        label={t('form.label.password')}
        type="password"
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.target.value)}
      />
      <Field
        label={t('signIn.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        className="font-mono tracking-widest"
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      <Trouble error={disable.error} />
      <SubmitActions
        cancel={close}
        disabled={password === '' || code.trim().length < 6 || disable.isPending}
        tone="danger"
      >
        {t('totp.disable')}
      </SubmitActions>
    </form>
  )
}
