import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { RunView } from '../../../worker/features/cron/contract.ts'
import { duration, number, shortMoment } from '../../format.ts'
import { useT } from '../../i18n/use-t.ts'
import { useCan } from '../../session/queries.ts'
import { Dot } from '../../ui/badge.tsx'
import { Filter } from '../../ui/field.tsx'
import { Failed, NextPage, Skeleton } from '../../ui/state.tsx'
import { runsQuery } from './queries.ts'

/** Runs, the newest first; `path` says of what. */
export function RunList({ path, agentId, ofJob = false }: { path: string; agentId?: string; ofJob?: boolean }) {
  const t = useT()
  const [status, setStatus] = useState('')
  const list = useInfiniteQuery(runsQuery(path, { status: status || undefined, agentId }))
  const pages = list.data?.pages ?? []
  const runs = pages.flatMap((page) => page.items)
  return (
    <>
      <div className="mb-3 flex flex-wrap items-center gap-3">
        <Filter label={t('cron.runs.filter')} value={status} onChange={({ target }) => setStatus(target.value)}>
          <option value="">{t('cron.runs.all')}</option>
          <option value="failed">{t('cron.runs.failed')}</option>
          <option value="ok">{t('cron.runs.ok')}</option>
        </Filter>
        {ofJob && pages[0] ? (
          <span className="text-2xs text-ink-2">{t(`cron.runs.source.${pages[0].source}`)}</span>
        ) : null}
      </div>
      {list.isPending ? (
        <Skeleton rows={4} height={48} />
      ) : list.isError && !list.data ? (
        <Failed what={t('cron.runs.notRead')} error={list.error} retry={() => void list.refetch()} />
      ) : runs.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('cron.runs.none')}</p>
      ) : (
        <ul aria-label={t('cron.runs.title')} className="hairlines">
          {runs.map((run) => (
            <Row key={`${run.jobId} ${run.at}`} run={run} ofJob={ofJob} />
          ))}
        </ul>
      )}
      <NextPage of={list} />
    </>
  )
}

const tones = { ok: 'good', error: 'bad', skipped: 'off' } as const
const isKnown = (status: string): status is keyof typeof tones => status in tones

function Row({ run, ofJob }: { run: RunView; ofJob: boolean }) {
  const t = useT()
  const locale = useLocale()
  const mayTrace = useCan('audit.read')
  const tokens = run.inputTokens === null ? null : run.inputTokens + (run.outputTokens ?? 0)
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-start gap-x-4 gap-y-1 py-2.5 md:grid-cols-[170px_110px_minmax(0,1fr)_auto]">
      <time dateTime={run.at} className="tnum text-xs">
        {shortMoment(locale, Date.parse(run.at))}
      </time>
      <span className="max-md:text-right">
        <Dot tone={isKnown(run.status) ? tones[run.status] : 'warn'}>
          {isKnown(run.status) ? t(`cron.runs.status.${run.status}`) : run.status}
        </Dot>
      </span>
      <div className="min-w-0 max-md:col-span-2">
        {ofJob ? null : (
          <p className="truncate text-xs font-medium">
            {run.jobId ? (
              <Link to="/cron/$id" params={{ id: run.jobId }} className="link">
                {run.jobName}
              </Link>
            ) : (
              run.jobName
            )}
          </p>
        )}
        {run.error ? <p className="text-xs break-words text-critical">{run.error}</p> : null}
        {run.summary ? <p className="line-clamp-3 text-xs break-words text-ink-2">{run.summary}</p> : null}
      </div>
      <p className="tnum text-2xs text-ink-2 max-md:col-span-2 md:text-right">
        {run.durationMs === null ? null : (
          <span className="mr-3 md:mr-0 md:block">{duration(locale, run.durationMs)}</span>
        )}
        {tokens === null ? null : (
          <span className="mr-3 md:mr-0 md:block">{t('cron.runs.tokens', { tokens: number(locale, tokens) })}</span>
        )}
        {run.traceId && mayTrace ? (
          <Link to="/audit/traces/$traceId" params={{ traceId: run.traceId }} className="link">
            {t('cron.runs.trace')}
          </Link>
        ) : null}
      </p>
    </li>
  )
}
