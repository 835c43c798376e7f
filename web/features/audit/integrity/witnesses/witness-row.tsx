import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import { Witness } from '../../../../../worker/features/audit/witnesses/contract.ts'
import { act, request } from '../../../../api.ts'
import { number } from '../../../../format.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Chip } from '../../../../ui/badge.tsx'
import { Confirm } from '../../../../ui/confirm.tsx'
import { Dialog } from '../../../../ui/dialog.tsx'
import { Trouble } from '../../../../ui/state.tsx'
import { Ago } from '../../../../ui/time.tsx'
import { witnessesQuery } from './queries.ts'
import { WitnessForm } from './witness-form.tsx'

const tones = {
  new: 'text-ink-2',
  current: 'text-low',
  failing: 'text-medium',
  shrunk: 'text-critical',
  forked: 'text-critical',
} as const

/** One witness: how it stands to the log, and what can be done about it. */
export function WitnessRow({ witness, mayWrite }: { witness: Witness; mayWrite: boolean }) {
  const t = useT()
  const locale = useLocale()
  return (
    <li className={`py-2.5 ${witness.enabled ? '' : 'text-ink-2'}`}>
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <span className="min-w-0 font-medium break-words">{witness.name}</span>
        {witness.enabled ? (
          <span className={`text-xs font-medium ${tones[witness.state]}`}>{t(`witness.state.${witness.state}`)}</span>
        ) : (
          <Chip>{t('witness.off')}</Chip>
        )}
        <span className="tnum ml-auto text-xs text-ink-2">
          {witness.size === 0
            ? t('witness.nothing')
            : t('witness.cosigned', { size: number(locale, witness.size), lag: witness.lag })}
        </span>
      </div>
      <p className="mt-1 text-xs break-all text-ink-2">
        {witness.url}
        {witness.cosignedAt ? (
          <>
            {' · '}
            <Ago at={witness.cosignedAt} />
          </>
        ) : null}
      </p>
      {witness.enabled && witness.fault ? (
        <p className={`mt-1 text-xs ${tones[witness.state]}`}>
          {t(`witness.fault.${witness.fault}`)}
          {witness.triedAt ? (
            <>
              {' '}
              <Ago at={witness.triedAt} />
            </>
          ) : null}
        </p>
      ) : null}
      {mayWrite ? <Actions witness={witness} /> : null}
    </li>
  )
}

function Actions({ witness }: { witness: Witness }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState<'edit' | 'remove' | null>(null)
  const again = () => queryClient.invalidateQueries({ queryKey: witnessesQuery.queryKey })
  const submit = useMutation({
    mutationFn: () => request(Witness, `/audit/witnesses/${witness.id}/submit`, { method: 'POST' }),
    onSettled: again,
  })
  const remove = async () => {
    await act(`/audit/witnesses/${witness.id}`, { method: 'DELETE' })
    await again()
  }
  const close = () => setAsked(null)
  return (
    <>
      <p className="mt-1 flex flex-wrap gap-x-4 text-xs">
        <button type="button" className="aside-link" disabled={submit.isPending} onClick={() => submit.mutate()}>
          {t(submit.isPending ? 'witness.submitting' : 'witness.submit')}
        </button>
        <button type="button" className="aside-link" onClick={() => setAsked('edit')}>
          {t('witness.edit')}
        </button>
        <button type="button" className="aside-link" onClick={() => setAsked('remove')}>
          {t('witness.remove')}
        </button>
      </p>
      <Trouble error={submit.error} />
      <Dialog
        open={asked === 'edit'}
        onOpenChange={(open) => !open && close()}
        title={t('witness.editTitle', { name: witness.name })}
      >
        <WitnessForm witness={witness} close={close} />
      </Dialog>
      <Confirm
        open={asked === 'remove'}
        close={close}
        title={t('witness.removeTitle', { name: witness.name })}
        body={t('witness.removeBody')}
        action={t('witness.remove')}
        danger
        onConfirm={remove}
      />
    </>
  )
}
