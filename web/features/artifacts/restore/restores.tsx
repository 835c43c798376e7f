import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { Restore } from '../../../../worker/features/artifacts/restores/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Section } from '../../../ui/page.tsx'
import { RiskGlyph } from '../../../ui/risk.tsx'
import { Failed, NextPage, Skeleton } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { restoresQuery } from '../queries.ts'
import { RestoreState } from '../states.tsx'

/** What was or is to be put back, live: it is done on the machine of the gateway, and told here. */
export function Restores({ connectorId }: { connectorId?: string }) {
  const t = useT()
  const list = useInfiniteQuery(restoresQuery(connectorId))
  const items = list.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('backups.restores')}>
      {list.isPending ? (
        <Skeleton rows={2} height={48} />
      ) : list.isError && !list.data ? (
        <Failed what={t('backups.restoresFailed')} error={list.error} retry={() => void list.refetch()} />
      ) : items.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">{t('backups.noRestores')}</p>
      ) : (
        <ul className="hairlines" aria-live="polite">
          {items.map((restore) => (
            <Row key={restore.id} restore={restore} />
          ))}
        </ul>
      )}
      <NextPage of={list} />
    </Section>
  )
}

function Row({ restore }: { restore: Restore }) {
  const t = useT()
  const { mode, changes, risk, requestedBy, requestedAt } = restore
  return (
    <li>
      <details>
        <summary className="flex min-h-12 cursor-pointer flex-wrap items-center gap-x-4 gap-y-1 py-2.5">
          <span className="flex min-w-40 flex-1 items-center gap-3 max-sm:basis-full">
            <RiskGlyph risk={risk} />
            <span className="min-w-0">
              <span className="block truncate font-medium">{restore.connectorName}</span>
              <span className="block truncate text-2xs text-ink-2">
                {t('backups.restoreOf', { mode: t(`backups.mode.${mode}.name`), changes, by: requestedBy.name })}
              </span>
            </span>
          </span>
          <RestoreState state={restore.state} verified={restore.verified} />
          <span className="text-2xs text-ink-2 max-sm:ml-auto sm:w-24 sm:text-right">
            <Ago at={requestedAt} />
          </span>
        </summary>
        <RestoreDetail restore={restore} />
      </details>
    </li>
  )
}

/** What is to be known of one: what it waits for, what went wrong, what it changes, and where it leads. */
export function RestoreDetail({ restore }: { restore: Restore }) {
  const t = useT()
  const { state, approvalId, artifactId, checkpointId, sections, agents, summary, changes, differences, detail } =
    restore
  return (
    <div className="space-y-3 pb-4 text-xs">
      {state === 'waiting' && approvalId ? (
        <p className="text-medium">
          {t('backups.waitsFor')}{' '}
          <Link to="/approvals" search={{ id: approvalId }} className="link">
            {t('backups.openApproval')}
          </Link>
        </p>
      ) : null}
      {detail ? <p className="text-critical">{detail}</p> : null}
      {restore.verified === true ? <p>{t('backups.verified')}</p> : null}
      {differences && differences.length > 0 ? <Lines title={t('backups.differences')} lines={differences} /> : null}
      <p className="text-ink-2">
        {sections.map((section) => t(`backups.section.${section}`)).join(t('state.comma'))}
        {agents.length > 0 ? ` · ${agents.join(t('state.comma'))}` : ''}
      </p>
      {summary.length > 0 ? <Lines title={t('backups.summary', { count: changes })} lines={summary} /> : null}
      <p className="flex flex-wrap gap-x-5 gap-y-1">
        {artifactId ? (
          <Link to="/backups/$id" params={{ id: artifactId }} className="link">
            {t('backups.package')}
          </Link>
        ) : null}
        {checkpointId ? (
          <Link to="/backups/$id" params={{ id: checkpointId }} className="link">
            {t('backups.checkpoint')}
          </Link>
        ) : null}
        {approvalId && state !== 'waiting' ? (
          <Link to="/approvals/history" search={{ id: approvalId }} className="link">
            {t('backups.openApproval')}
          </Link>
        ) : null}
      </p>
    </div>
  )
}

const Lines = ({ title, lines }: { title: string; lines: readonly string[] }) => (
  <div>
    <p className="mb-1 text-2xs text-ink-2">{title}</p>
    <ul className="max-h-60 overflow-y-auto rounded-md bg-sunken px-3 py-2">
      {lines.map((line) => (
        <li key={line} className="font-mono text-2xs break-all">
          {line}
        </li>
      ))}
    </ul>
  </div>
)
