import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Plus, Radio } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { AuditStream } from '../../../../worker/features/audit/streams/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../../session/queries.ts'
import { Dialog } from '../../../ui/dialog.tsx'
import { Page } from '../../../ui/page.tsx'
import { Empty, Failed, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { AuditGate } from '../audit-gate.tsx'
import { CreateStream } from './create-stream.tsx'
import { streamsQuery } from './queries.ts'
import { hostOf, outcomeText, StreamState } from './state.tsx'

/** Where events of the audit leave to, and how far each of these ways is. */
export function StreamsPage() {
  const t = useT()
  return (
    <AuditGate title={t('streams.title')}>
      <Streams />
    </AuditGate>
  )
}

const columns = 'md:grid md:grid-cols-[minmax(180px,1fr)_150px_minmax(140px,220px)_110px] md:gap-x-4'

function Streams() {
  const t = useT()
  const mine = useQuery(capabilitiesQuery).data
  const mayWrite = mine?.capabilities.includes('streams.write') ?? false
  const list = useQuery(streamsQuery)
  const [creating, setCreating] = useState(false)
  const items = list.data?.items ?? []
  const create = mayWrite ? (
    <button type="button" className="btn btn-primary" onClick={() => setCreating(true)}>
      <Plus size={15} aria-hidden />
      {t('streams.create')}
    </button>
  ) : null
  return (
    <Page
      title={t('streams.title')}
      actions={items.length > 0 ? create : null}
      lead={
        <span className="flex flex-wrap items-center gap-x-4">
          <Link to="/audit" className="aside-link">
            {t('audit.event.back')}
          </Link>
          <span className="min-w-0 flex-1 basis-60">{t('streams.lead')}</span>
        </span>
      }
    >
      {list.isPending ? (
        <Skeleton rows={4} height={56} />
      ) : list.isError && !list.data ? (
        <Failed what={t('streams.failed')} error={list.error} retry={() => void list.refetch()} />
      ) : items.length === 0 ? (
        <Empty
          icon={<Radio size={20} strokeWidth={1.75} aria-hidden />}
          title={t('streams.empty.title')}
          body={t(mayWrite ? 'streams.empty.body' : 'streams.empty.mayNot')}
        >
          {create}
        </Empty>
      ) : (
        <>
          <div aria-hidden className={`hidden border-b border-line pb-1.5 text-2xs text-ink-2 ${columns}`}>
            <span>{t('streams.name')}</span>
            <span>{t('streams.stateName')}</span>
            <span>{t('streams.lag')}</span>
            <span className="text-right">{t('streams.lastDelivered')}</span>
          </div>
          <ul aria-label={t('streams.title')} className="divide-y divide-line border-b border-line max-md:border-t">
            {items.map((stream) => (
              <Row key={stream.id} stream={stream} />
            ))}
          </ul>
        </>
      )}
      <Dialog open={creating} onOpenChange={setCreating} title={t('streams.create')} wide>
        <CreateStream close={() => setCreating(false)} />
      </Dialog>
    </Page>
  )
}

function Row({ stream }: { stream: AuditStream }) {
  const t = useT()
  const { progress } = stream
  return (
    <li>
      <Link
        to="/audit/streams/$id"
        params={{ id: stream.id }}
        className={`-mx-2 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md px-2 py-2.5 hover:bg-sunken md:min-h-13 ${columns}`}
      >
        <span className="min-w-0 max-md:basis-full">
          <span className="block truncate font-medium">{stream.name}</span>
          <span className="block truncate text-2xs text-ink-2">
            {t(`streams.kind.${stream.kind}`)}
            {' · '}
            {hostOf(stream.url)}
          </span>
        </span>
        <span className="min-w-0">
          <StreamState stream={stream} />
          {progress.lastError ? (
            <span className="block text-2xs text-ink-2">{outcomeText(t, progress.lastError)}</span>
          ) : null}
        </span>
        <span className="min-w-0 text-xs">
          <Lag stream={stream} />
        </span>
        <span className="ml-auto text-right text-2xs text-ink-2">
          {progress.lastDeliveredAt ? <Ago at={progress.lastDeliveredAt} /> : t('streams.never')}
        </span>
      </Link>
    </li>
  )
}

export function Lag({ stream: { progress } }: { stream: AuditStream }) {
  const t = useT()
  const locale = useLocale()
  if (progress.behind === 0) return <span className="text-ink-2">{t('streams.upToDate')}</span>
  return (
    <>
      <span className="tnum">{t('streams.behind', { count: number(locale, progress.behind) })}</span>
      {progress.oldestWaitingAt ? (
        <span className="block text-2xs text-ink-2">
          {t('streams.oldest')} <Ago at={progress.oldestWaitingAt} />
        </span>
      ) : null}
    </>
  )
}
