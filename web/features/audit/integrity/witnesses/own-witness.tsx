import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { OwnWitness, WitnessedLog } from '../../../../../worker/features/witness/contract.ts'
import { act } from '../../../../api.ts'
import { number } from '../../../../format.ts'
import { useT } from '../../../../i18n/use-t.ts'
import { Confirm } from '../../../../ui/confirm.tsx'
import { Copy } from '../../../../ui/copy.tsx'
import { Dialog } from '../../../../ui/dialog.tsx'
import { Section } from '../../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../../ui/state.tsx'
import { Ago } from '../../../../ui/time.tsx'
import { LogForm } from './log-form.tsx'
import { ownWitnessQuery } from './queries.ts'

/** The organization as a witness of others: what to tell them, and whose logs it cosigns. */
export function OwnWitnessPanel({ mayWrite }: { mayWrite: boolean }) {
  const t = useT()
  const found = useQuery(ownWitnessQuery)
  const [adding, setAdding] = useState(false)
  return (
    <Section
      className="min-w-0"
      title={t('witness.own.title')}
      aside={
        mayWrite ? (
          <button type="button" className="btn" onClick={() => setAdding(true)}>
            {t('witness.own.trust')}
          </button>
        ) : null
      }
    >
      <p className="mb-3 text-xs text-ink-2">{t('witness.own.lead')}</p>
      {found.data ? (
        <Own own={found.data} mayWrite={mayWrite} />
      ) : found.isError ? (
        <Failed what={t('witness.own.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={2} height={56} />
      )}
      <Dialog
        open={adding}
        onOpenChange={setAdding}
        title={t('witness.own.trust')}
        description={t('witness.own.trustLead')}
      >
        <LogForm log={null} close={() => setAdding(false)} />
      </Dialog>
    </Section>
  )
}

function Own({ own, mayWrite }: { own: OwnWitness; mayWrite: boolean }) {
  const t = useT()
  const told = [
    [t('witness.url'), own.url],
    [t('witness.vkey'), own.vkey],
  ] as const
  return (
    <>
      <dl className="space-y-1.5">
        {told.map(([name, value]) => (
          <div key={name}>
            <dt className="text-2xs text-ink-2">{name}</dt>
            <dd className="flex items-start gap-1">
              <code className="min-w-0 flex-1 font-mono text-2xs break-all">{value}</code>
              <Copy text={value} what={name} />
            </dd>
          </div>
        ))}
      </dl>
      {own.logs.length === 0 ? (
        <p className="mt-3 border-y border-line py-3 text-ink-2">{t('witness.own.none')}</p>
      ) : (
        <ul className="hairlines mt-3">
          {own.logs.map((log) => (
            <LogRow key={log.id} log={log} mayWrite={mayWrite} />
          ))}
        </ul>
      )}
    </>
  )
}

function LogRow({ log, mayWrite }: { log: WitnessedLog; mayWrite: boolean }) {
  const t = useT()
  const locale = useLocale()
  const queryClient = useQueryClient()
  const [asked, setAsked] = useState<'edit' | 'remove' | null>(null)
  const close = () => setAsked(null)
  const remove = async () => {
    await act(`/audit/witness/logs/${log.id}`, { method: 'DELETE' })
    await queryClient.invalidateQueries({ queryKey: ownWitnessQuery.queryKey })
  }
  return (
    <li className="py-2.5">
      <p className="flex flex-wrap items-baseline gap-x-2.5">
        <code className="min-w-0 flex-1 font-mono text-2xs break-all">{log.origin}</code>
        <span className="tnum text-xs text-ink-2">
          {log.cosignedAt ? (
            <>
              {t('witness.cosigned', { size: number(locale, log.size), lag: 0 })} · <Ago at={log.cosignedAt} />
            </>
          ) : (
            t('witness.nothing')
          )}
        </span>
      </p>
      {log.contradictedAt ? (
        <p className="mt-1 text-xs text-critical">
          {t('witness.own.contradicted')} <Ago at={log.contradictedAt} />
        </p>
      ) : null}
      {mayWrite ? (
        <p className="mt-1 flex flex-wrap gap-x-4 text-xs">
          <button type="button" className="aside-link" onClick={() => setAsked('edit')}>
            {t('witness.own.keys')}
          </button>
          <button type="button" className="aside-link" onClick={() => setAsked('remove')}>
            {t('witness.remove')}
          </button>
        </p>
      ) : null}
      <Dialog open={asked === 'edit'} onOpenChange={(open) => !open && close()} title={t('witness.own.keys')}>
        <LogForm log={log} close={close} />
      </Dialog>
      <Confirm
        open={asked === 'remove'}
        close={close}
        title={t('witness.own.removeTitle')}
        body={t('witness.own.removeBody')}
        action={t('witness.remove')}
        danger
        onConfirm={remove}
      />
    </li>
  )
}
