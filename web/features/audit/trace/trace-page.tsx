import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useLocale } from 'use-intl'
import type { Trace } from '../../../../worker/features/audit/traces/contract.ts'
import { ApiError } from '../../../api-error.ts'
import { cost, duration, number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { useLive } from '../../../live.ts'
import { Copy } from '../../../ui/copy.tsx'
import { Page } from '../../../ui/page.tsx'
import { Failed, Note, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { AuditGate } from '../audit-gate.tsx'
import { agentsOf, useNames } from '../names.ts'
import { traceQuery } from './queries.ts'
import { SpanPanel } from './span-panel.tsx'
import { SpanTree } from './span-tree.tsx'

/** One trace: what led to what, on one axis of time, across agents. */
export function TracePage() {
  const t = useT()
  const { traceId } = useParams({ from: '/room/audit/traces/$traceId' })
  return (
    <AuditGate title={t('trace.one')}>
      <Loaded key={traceId} traceId={traceId} />
    </AuditGate>
  )
}

function Loaded({ traceId }: { traceId: string }) {
  const t = useT()
  const found = useQuery(traceQuery(traceId))
  const { refetch } = found
  // What is still under way tells more of itself: the trace is read again when the stream says so.
  const newest = useLive().entries.find((entry) => entry.traceId === traceId)?.seq ?? 0
  const known = found.data?.events.at(-1)?.seq ?? 0
  const isBehind = found.data !== undefined && newest > known && !found.data.isCut
  useEffect(() => {
    if (isBehind) void refetch()
  }, [isBehind, refetch])
  if (found.data) return <Shown trace={found.data} />
  const isMissing = found.error instanceof ApiError && ['not_found', 'invalid'].includes(found.error.code)
  return (
    <Page title={t('trace.one')} lead={<Back />}>
      {found.isError ? (
        <Failed
          what={t(isMissing ? 'trace.missing' : 'trace.failed')}
          error={found.error}
          retry={() => void found.refetch()}
        />
      ) : (
        <Skeleton rows={8} height={36} />
      )}
    </Page>
  )
}

const Back = () => {
  const t = useT()
  return (
    <Link to="/audit/traces" className="aside-link">
      {t('trace.back')}
    </Link>
  )
}

function Shown({ trace }: { trace: Trace }) {
  const t = useT()
  const names = useNames(agentsOf(trace.spans))
  const [chosenId, setChosenId] = useState<string | null>(null)
  const panel = useRef<HTMLDivElement>(null)
  const span = trace.spans.find(({ id }) => id === chosenId) ?? trace.spans[0]
  const choose = (id: string) => {
    setChosenId(id)
    // Below the tree on a narrow screen, where it would stay unseen.
    if (!matchMedia('(min-width: 1280px)').matches)
      requestAnimationFrame(() => panel.current?.scrollIntoView({ block: 'nearest' }))
  }
  return (
    <Page
      title={span && trace.spans[0] ? t('trace.title', { name: trace.spans[0].name }) : t('trace.one')}
      lead={<Summary trace={trace} />}
      actions={
        <Link to="/audit" search={{ trace: trace.traceId, order: 'oldest' }} className="btn">
          {t('trace.asTable')}
        </Link>
      }
    >
      {trace.isCut ? (
        <div className="mb-4">
          <Note tone="warn">{t('trace.cut', { count: trace.events.length })}</Note>
        </div>
      ) : null}
      <div className="grid items-start gap-x-8 gap-y-6 xl:grid-cols-[minmax(0,1fr)_340px]">
        <SpanTree trace={trace} chosenId={span?.id ?? null} choose={choose} />
        <div ref={panel} className="min-w-0 scroll-mb-4 xl:sticky xl:top-4">
          {span ? <SpanPanel span={span} trace={trace} names={names} /> : null}
        </div>
      </div>
    </Page>
  )
}

function Summary({ trace }: { trace: Trace }) {
  const t = useT()
  const locale = useLocale()
  return (
    <span className="flex flex-wrap items-center gap-x-4 gap-y-1">
      <Back />
      <Ago at={trace.startedAt} />
      <span className="tnum">{t('trace.lasted', { duration: duration(locale, trace.durationMs) })}</span>
      <span className="tnum">{t('trace.events', { count: trace.events.length })}</span>
      {trace.costMicroUsd === null ? null : <span className="tnum">{cost(locale, trace.costMicroUsd)}</span>}
      {trace.agents.length > 0 ? (
        <span>
          {trace.agents.length > 4
            ? t('trace.agents', { count: number(locale, trace.agents.length) })
            : trace.agents.map(({ name }) => name).join(t('state.comma'))}
        </span>
      ) : null}
      <span className="inline-flex min-w-0 items-center gap-1">
        <code className="min-w-0 truncate font-mono text-2xs">{trace.traceId}</code>
        <Copy text={trace.traceId} what={t('trace.id')} />
      </span>
    </span>
  )
}
