import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { Workflow } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useT } from '../../../i18n/use-t.ts'
import { useLive } from '../../../live.ts'
import { Field } from '../../../ui/field.tsx'
import { Page } from '../../../ui/page.tsx'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { Empty, Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { AuditGate } from '../audit-gate.tsx'
import { type Names, useNames } from '../names.ts'
import { eventsQuery, isChosen, mergeEntries } from '../queries.ts'
import { Sentence } from '../sentence.tsx'
import { type TraceLine, telling, traceIdIn, tracesOf } from './queries.ts'

/** The traces that something was heard of last, and the way to any other by its id. */
export function TracesPage() {
  const t = useT()
  return (
    <AuditGate title={t('trace.list.title')}>
      <Page title={t('trace.list.title')} lead={t('trace.list.lead')}>
        <FindTrace />
        <RecentTraces />
      </Page>
    </AuditGate>
  )
}

function FindTrace() {
  const t = useT()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
  const [isWrong, setIsWrong] = useState(false)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const traceId = traceIdIn(typed)
    if (traceId) void navigate({ to: '/audit/traces/$traceId', params: { traceId } })
    else setIsWrong(true)
  }
  return (
    <form onSubmit={submit} className="mb-6 flex max-w-[620px] items-start gap-2">
      <div className="min-w-0 flex-1">
        <Field
          label={t('trace.list.find')}
          className="font-mono text-xs"
          spellCheck={false}
          autoComplete="off"
          error={isWrong ? t('trace.list.noId') : undefined}
          value={typed}
          onChange={(event) => {
            setTyped(event.target.value)
            setIsWrong(false)
          }}
        />
      </div>
      <button type="submit" className="btn mt-[26px] h-9">
        {t('trace.open')}
      </button>
    </form>
  )
}

function RecentTraces() {
  const t = useT()
  const recorded = useInfiniteQuery(eventsQuery({ type: telling }, 200))
  const live = useLive().entries.filter((entry) => isChosen(entry, { type: telling }))
  const lines = tracesOf(mergeEntries(live, recorded.data?.pages.flatMap((page) => page.items) ?? []))
  const names = useNames(lines.flatMap((line) => [...line.agentIds, line.newest.agentId]))
  if (recorded.isPending && lines.length === 0) return <Skeleton rows={10} height={44} />
  if (recorded.isError && lines.length === 0)
    return <Failed what={t('trace.list.failed')} error={recorded.error} retry={() => void recorded.refetch()} />
  if (lines.length === 0)
    return (
      <Empty
        icon={<Workflow size={20} strokeWidth={1.75} aria-hidden />}
        title={t('trace.list.empty.title')}
        body={t('trace.list.empty.body')}
      />
    )
  return (
    <>
      <ul aria-label={t('trace.list.title')} className="hairlines">
        {lines.map((line) => (
          <Line key={line.traceId} line={line} names={names} />
        ))}
      </ul>
      <NextPage of={recorded} isOlder />
    </>
  )
}

function Line({ line, names }: { line: TraceLine; names: Names }) {
  const t = useT()
  const agents = line.agentIds.flatMap((id) => names.agent(id) ?? [])
  return (
    <li>
      <Link
        to="/audit/traces/$traceId"
        params={{ traceId: line.traceId }}
        className="-mx-2 flex flex-wrap items-center gap-x-4 gap-y-1 rounded-md px-2 py-2.5 hover:bg-sunken md:flex-nowrap"
      >
        <RiskGlyph risk={line.risk} />
        <span className="min-w-0 flex-1 leading-snug text-ink-2 md:truncate">
          <Sentence entry={line.newest} names={names} />
        </span>
        <span className="flex items-center gap-x-4 text-2xs text-ink-2 max-md:basis-full max-md:pl-[30px]">
          <span className="truncate md:w-36">{agents.join(t('state.comma')) || t('trace.noAgent')}</span>
          <code className="font-mono text-ink-3 md:w-20">{line.traceId.slice(0, 8)}</code>
          <Ago at={line.newest.at} className="whitespace-nowrap max-md:ml-auto md:w-24 md:text-right" />
        </span>
      </Link>
    </li>
  )
}
