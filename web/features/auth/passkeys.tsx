import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Fingerprint, Plus } from 'lucide-react'
import { useState } from 'react'
import type { Passkey } from '../../../worker/features/auth/contract.ts'
import { act, request } from '../../api.ts'
import { useT } from '../../i18n/use-t.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { Dialog, SubmitActions } from '../../ui/dialog.tsx'
import { Field } from '../../ui/field.tsx'
import { Section } from '../../ui/page.tsx'
import { Failed, Skeleton, Trouble } from '../../ui/state.tsx'
import { Ago } from '../../ui/time.tsx'
import { deviceName } from './device-name.ts'
import { addPasskey, isGivenUp, PasskeyList, passkeysWork } from './passkey.ts'

export function Passkeys() {
  const t = useT()
  const queryClient = useQueryClient()
  const list = useQuery({ queryKey: ['passkeys'], queryFn: () => request(PasskeyList, '/auth/passkeys') })
  const [naming, setNaming] = useState(false)
  const [removing, setRemoving] = useState<Passkey | null>(null)
  const works = passkeysWork()
  return (
    <Section
      title={t('passkeys.title')}
      aside={
        <button type="button" className="btn" disabled={!works} onClick={() => setNaming(true)}>
          <Plus size={15} aria-hidden />
          {t('passkeys.add')}
        </button>
      }
    >
      <p className="mb-3 text-xs text-ink-2">{works ? t('passkeys.lead') : t('passkeys.unsupported')}</p>
      {list.isPending ? (
        <Skeleton rows={2} height={56} />
      ) : list.isError ? (
        <Failed what={t('passkeys.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : list.data.items.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('passkeys.empty')}</p>
      ) : (
        <ul className="hairlines">
          {list.data.items.map((passkey) => (
            <li key={passkey.id} className="flex items-center gap-3 py-2.5">
              <Fingerprint size={18} strokeWidth={1.75} aria-hidden className="shrink-0 text-ink-2" />
              <div className="min-w-0 flex-1">
                <p className="truncate font-medium">{passkey.name}</p>
                <p className="text-2xs text-ink-2">
                  {passkey.lastUsedAt ? (
                    <>
                      {t('sessions.lastUsed')} <Ago at={passkey.lastUsedAt} />
                    </>
                  ) : (
                    t('passkeys.neverUsed')
                  )}
                </p>
              </div>
              <button
                type="button"
                className="btn"
                aria-label={t('passkeys.removeOf', { name: passkey.name })}
                onClick={() => setRemoving(passkey)}
              >
                {t('action.remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <Dialog open={naming} onOpenChange={setNaming} title={t('passkeys.add')} description={t('passkeys.nameLead')}>
        <AddForm close={() => setNaming(false)} />
      </Dialog>
      <Confirm
        open={removing !== null}
        close={() => setRemoving(null)}
        title={t('passkeys.removeTitle', { name: removing?.name ?? '' })}
        body={t('passkeys.removeBody')}
        action={t('action.remove')}
        danger
        onConfirm={async () => {
          await act(`/auth/passkeys/${removing?.id}`, { method: 'DELETE' })
          await queryClient.invalidateQueries({ queryKey: ['passkeys'] })
        }}
      />
    </Section>
  )
}

function AddForm({ close }: { close: () => void }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [name, setName] = useState(deviceName(navigator.userAgent) ?? '')
  const add = useMutation({
    mutationFn: () => addPasskey(name),
    onSuccess: async () => {
      close()
      await queryClient.invalidateQueries({ queryKey: ['passkeys'] })
    },
  })
  return (
    <form
      className="mt-4 space-y-4"
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate()
      }}
    >
      <Field
        label={t('passkeys.name')}
        value={name}
        maxLength={120}
        required
        onChange={(e) => setName(e.target.value)}
      />
      <Trouble error={isGivenUp(add.error) ? null : add.error} />
      <SubmitActions cancel={close} disabled={name.trim() === '' || add.isPending}>
        {t('passkeys.continue')}
      </SubmitActions>
    </form>
  )
}
