import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { ChevronLeft, ChevronRight } from 'lucide-react'
import { useLocale } from 'use-intl'
import type { AuditEntry } from '../../../../worker/features/audit/contract.ts'
import { absolute } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Copy } from '../../../ui/copy.tsx'
import { Page, Section } from '../../../ui/page.tsx'
import { RiskTag } from '../../../ui/risk.tsx'
import { Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { AuditGate } from '../audit-gate.tsx'
import { useNames } from '../names.ts'
import { Sentence } from '../sentence.tsx'
import { EventFacts } from './event-facts.tsx'
import { Masked } from './masked.tsx'
import { Payload } from './payload.tsx'
import { ProofPanel } from './proof-panel.tsx'
import { eventQuery } from './queries.ts'

/** One event: what it says, what it belongs to, and the proof that it stands in the log unchanged. */
export function EventPage() {
  const t = useT()
  const { seq } = useParams({ from: '/room/audit/$seq' })
  return (
    <AuditGate title={t('audit.event.title', { seq })}>
      <Event seq={Number(seq)} title={t('audit.event.title', { seq })} />
    </AuditGate>
  )
}

function Event({ seq, title }: { seq: number; title: string }) {
  const t = useT()
  const found = useQuery(eventQuery(seq))
  const entry = found.data
  const names = useNames([entry?.agentId, entry?.target])
  if (!entry)
    return (
      <Page title={title} lead={<Back />}>
        {found.isError || !Number.isSafeInteger(seq) || seq < 1 ? (
          <Failed what={t('audit.event.failed')} error={found.error} retry={() => void found.refetch()} />
        ) : (
          <Skeleton rows={8} height={40} />
        )}
      </Page>
    )
  return (
    <Page title={title} actions={<Neighbours seq={seq} />} lead={<Back />}>
      <p className="mb-5 flex flex-wrap items-start gap-x-3 gap-y-2 text-base leading-relaxed text-ink-2">
        <RiskTag risk={entry.risk} />
        <span className="min-w-0 flex-1 basis-60 break-words">
          <Sentence entry={entry} names={names} />
        </span>
      </p>
      <EventFacts entry={entry} names={names} />
      <div className="mt-8 grid gap-x-10 gap-y-8 lg:grid-cols-[minmax(0,1fr)_minmax(0,420px)]">
        <Section className="min-w-0" title={t('audit.event.payload')} aside={<RawJson entry={entry} />}>
          {entry.isErased ? <Note>{t('audit.event.erased')}</Note> : <Payload payload={entry.payload} />}
          <Masked key={entry.seq} entry={entry} />
          <Clocks entry={entry} />
        </Section>
        <ProofPanel key={entry.seq} entry={entry} />
      </div>
    </Page>
  )
}

const Back = () => {
  const t = useT()
  return (
    <Link to="/audit" className="aside-link">
      {t('audit.event.back')}
    </Link>
  )
}

function Neighbours({ seq }: { seq: number }) {
  const t = useT()
  return (
    <>
      {seq > 1 ? (
        <Link to="/audit/$seq" params={{ seq: String(seq - 1) }} className="btn">
          <ChevronLeft size={15} aria-hidden />
          {t('audit.event.previous')}
        </Link>
      ) : null}
      <Link to="/audit/$seq" params={{ seq: String(seq + 1) }} className="btn">
        {t('audit.event.next')}
        <ChevronRight size={15} aria-hidden />
      </Link>
    </>
  )
}

const RawJson = ({ entry }: { entry: AuditEntry }) => {
  const t = useT()
  return <Copy text={JSON.stringify(entry, null, 2)} what={t('audit.event.raw')} label={t('audit.event.copyRaw')} />
}

/** Both clocks, for whoever compares them: the reporter's may be wrong, the order is not. */
function Clocks({ entry }: { entry: AuditEntry }) {
  const t = useT()
  const locale = useLocale()
  return (
    <p className="mt-3 text-2xs text-ink-2">
      {t('audit.event.clocks', {
        at: absolute(locale, Date.parse(entry.at)),
        recordedAt: absolute(locale, Date.parse(entry.recordedAt)),
      })}
    </p>
  )
}
