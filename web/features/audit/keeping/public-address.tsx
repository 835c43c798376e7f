import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { PublicAddress as Address } from '../../../../worker/features/audit/public/contract.ts'
import { request } from '../../../api.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Confirm } from '../../../ui/confirm.tsx'
import { Copy } from '../../../ui/copy.tsx'
import { Section } from '../../../ui/page.tsx'
import { Failed, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { publicAddressQuery } from './queries.ts'

/** Where verifiers without an account read the log: open or closed, and the address to give them. */
export function PublicAddress({ mayKeep }: { mayKeep: boolean }) {
  const t = useT()
  const queryClient = useQueryClient()
  const [asking, setAsking] = useState(false)
  const found = useQuery(publicAddressQuery)
  const set = useMutation({
    mutationFn: (open: boolean) => request(Address, '/audit/public-address', { method: 'PUT', body: { open } }),
    onSuccess: (address) => queryClient.setQueryData(publicAddressQuery.queryKey, address),
  })
  const address = found.data
  const isOpen = Boolean(address?.url)
  return (
    <Section
      className="min-w-0"
      title={t('keeping.public.title')}
      aside={
        mayKeep && address ? (
          <button type="button" className="btn" onClick={() => setAsking(true)}>
            {t(isOpen ? 'keeping.public.close' : 'keeping.public.open')}
          </button>
        ) : null
      }
    >
      <p className="mb-2 text-xs text-ink-2">{t('keeping.public.lead')}</p>
      {address?.url ? (
        <>
          <p className="flex items-center gap-1 rounded-md border border-line bg-surface py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 font-mono text-2xs break-all">{address.url}</code>
            <Copy text={address.url} what={t('keeping.public.address')} />
          </p>
          <p className="mt-1.5 text-xs text-ink-2">
            {t('keeping.public.openedBy', { name: address.openedByName || '—' })}{' '}
            {address.openedAt ? <Ago at={address.openedAt} /> : null}
          </p>
          <p className="mt-3 text-xs text-ink-2">{t('keeping.public.command')}</p>
          <p className="mt-1.5 flex items-center gap-1 rounded-md border border-line bg-surface py-1 pr-1 pl-3">
            <code className="min-w-0 flex-1 font-mono text-2xs break-all">
              {`clawbutler audit verify --url ${address.url}`}
            </code>
            <Copy text={`clawbutler audit verify --url ${address.url}`} what={t('integrity.elsewhere.command')} />
          </p>
        </>
      ) : address ? (
        <p className="border-y border-line py-3 text-ink-2">{t('keeping.public.closed')}</p>
      ) : found.isError ? (
        <Failed what={t('keeping.public.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={1} height={40} />
      )}
      <Confirm
        open={asking}
        close={() => setAsking(false)}
        title={t(isOpen ? 'keeping.public.closeTitle' : 'keeping.public.openTitle')}
        body={t(isOpen ? 'keeping.public.closeBody' : 'keeping.public.openBody')}
        action={t(isOpen ? 'keeping.public.close' : 'keeping.public.open')}
        danger={isOpen}
        onConfirm={() => set.mutateAsync(!isOpen)}
      />
    </Section>
  )
}
