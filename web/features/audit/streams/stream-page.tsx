import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useLocale } from 'use-intl'
import type { AuditStream } from '../../../../worker/features/audit/streams/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { capabilitiesQuery } from '../../../session/queries.ts'
import { Fact, Facts, Mono, Page, Section } from '../../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { AuditGate } from '../audit-gate.tsx'
import { Deliveries } from './deliveries.tsx'
import { streamQuery } from './queries.ts'
import { outcomeText, StreamState } from './state.tsx'
import { StreamActions } from './stream-actions.tsx'
import { Lag } from './streams-page.tsx'

/** One stream: how far it is, what it sends where, its newest deliveries, and what can be done about it. */
export function StreamPage() {
  const t = useT()
  return (
    <AuditGate title={t('streams.title')}>
      <Shown />
    </AuditGate>
  )
}

function Shown() {
  const t = useT()
  const { id } = useParams({ from: '/room/audit/streams/$id' })
  const found = useQuery(streamQuery(id))
  const mine = useQuery(capabilitiesQuery).data
  const stream = found.data
  const mayWrite = mine?.capabilities.includes('streams.write') ?? false
  return (
    <Page
      title={stream?.name ?? t('streams.title')}
      actions={stream && mayWrite ? <StreamActions stream={stream} /> : null}
      lead={
        <Link to="/audit/streams" className="aside-link">
          {t('streams.back')}
        </Link>
      }
    >
      {stream ? (
        <div className="space-y-7">
          <Trouble stream={stream} />
          <StreamFacts stream={stream} />
          <Section title={t('streams.deliveries')}>
            <Deliveries id={stream.id} />
          </Section>
        </div>
      ) : found.isError ? (
        <Failed what={t('streams.failed')} error={found.error} retry={() => void found.refetch()} />
      ) : (
        <Skeleton rows={8} height={44} />
      )}
    </Page>
  )
}

function Trouble({ stream: { state, failingReason, progress } }: { stream: AuditStream }) {
  const t = useT()
  if (state === 'failing' && failingReason) return <Note tone="warn">{t(`streams.failing.${failingReason}`)}</Note>
  if (state !== 'active' || progress.attempts === 0 || !progress.lastError) return null
  return (
    <Note tone="warn">
      {t('streams.trying', { count: progress.attempts, outcome: outcomeText(t, progress.lastError) })}
    </Note>
  )
}

function StreamFacts({ stream }: { stream: AuditStream }) {
  const t = useT()
  const locale = useLocale()
  const { progress, filter } = stream
  const chosen = Object.entries(filter).map(([name, value]) => `${name}=${value}`)
  return (
    <Facts>
      <Fact name={t('streams.stateName')}>
        <StreamState stream={stream} />
      </Fact>
      <Fact name={t('streams.lag')}>
        <Lag stream={stream} />
      </Fact>
      <Fact name={t('streams.to')}>{t(`streams.kind.${stream.kind}`)}</Fact>
      <Fact name={t('streams.format')}>{t(`streams.formats.${stream.format}`)}</Fact>
      <Fact name={t('streams.url')} full>
        <Mono>{stream.url}</Mono>
      </Fact>
      <Fact name={t('streams.through')}>
        <span className="tnum">{number(locale, progress.through)}</span>
      </Fact>
      <Fact name={t('streams.delivered')}>
        <span className="tnum">{number(locale, progress.delivered)}</span>
      </Fact>
      <Fact name={t('streams.lastDelivered')}>
        {progress.lastDeliveredAt ? <Ago at={progress.lastDeliveredAt} /> : t('streams.never')}
      </Fact>
      <Fact name={t('streams.run')}>
        <span className="tnum">{progress.run}</span>
      </Fact>
      <Fact name={t('streams.filter')}>
        {chosen.length > 0 ? <Mono>{chosen.join(' · ')}</Mono> : t('streams.everything')}
      </Fact>
      <Fact name={t('streams.batch')}>
        <span className="tnum">{stream.batchSize}</span>
      </Fact>
      {stream.bothSecretsUntil ? (
        <Fact name={t('streams.bothSecrets')} full>
          {t('streams.until', { date: new Date(stream.bothSecretsUntil) })}
        </Fact>
      ) : null}
    </Facts>
  )
}
