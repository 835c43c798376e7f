import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { BackupStanding } from '../../../../worker/features/artifacts/backups/contract.ts'
import { absolute } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot } from '../../../ui/badge.tsx'
import { Trouble } from '../../../ui/state.tsx'
import { Ago } from '../../../ui/time.tsx'
import { orderBackup, orderDrill, reloadArtifacts } from '../queries.ts'
import { ScheduleDialog } from '../schedule/schedule-dialog.tsx'
import { scheduleWords } from '../schedule/schedule-words.ts'

/** How it stands with the backups of one gateway, and what can be done about it. */
export function Standing(props: { standing: BackupStanding; mayWrite: boolean; isNamed: boolean }) {
  const { standing, mayWrite, isNamed } = props
  const t = useT()
  const client = useQueryClient()
  const [edits, setEdits] = useState(false)
  const { connectorId, connectorName, reach, open, lastStored, lastDrill } = standing
  const done = { onSuccess: () => reloadArtifacts(client) }
  const backup = useMutation({ mutationFn: () => orderBackup(connectorId), ...done })
  const drill = useMutation({ mutationFn: (id: string) => orderDrill(id), ...done })
  const isReady = reach === 'ready'
  const isProving = lastDrill?.state === 'ordered'
  return (
    <li className="flex flex-wrap items-start gap-x-6 gap-y-2 py-3">
      <div className="min-w-44 flex-1 max-sm:basis-full">
        {isNamed ? (
          <Link to="/connectors/$id" params={{ id: connectorId }} className="font-medium hover:underline">
            {connectorName}
          </Link>
        ) : null}
        <Schedule standing={standing} />
      </div>
      <Saved standing={standing} />
      {mayWrite ? (
        <div className="flex flex-wrap gap-2 max-sm:w-full">
          <button
            type="button"
            className="btn"
            disabled={!isReady || open !== null || backup.isPending}
            onClick={() => backup.mutate()}
          >
            {t(open ? 'backups.backingUp' : 'backups.backUp')}
          </button>
          <button
            type="button"
            className="btn"
            disabled={!isReady || !lastStored || isProving || drill.isPending}
            onClick={() => lastStored && drill.mutate(lastStored.id)}
          >
            {t(isProving ? 'backups.proving' : 'backups.prove')}
          </button>
          <button type="button" className="btn" onClick={() => setEdits(true)}>
            {t('backups.schedule.title')}
          </button>
        </div>
      ) : null}
      <Warnings standing={standing} />
      {backup.error || drill.error ? (
        <div className="basis-full">
          <Trouble error={backup.error ?? drill.error} />
        </div>
      ) : null}
      {edits ? (
        <ScheduleDialog connector={{ id: connectorId, name: connectorName }} close={() => setEdits(false)} />
      ) : null}
    </li>
  )
}

function Schedule({ standing: { schedule } }: { standing: BackupStanding }) {
  const t = useT()
  const locale = useLocale()
  if (!schedule?.isEnabled) return <p className="text-xs text-ink-2">{t('backups.schedule.off')}</p>
  return (
    <p className="text-xs text-ink-2">
      {scheduleWords(t, schedule)}
      {schedule.nextAt && Date.parse(schedule.nextAt) > Date.now() ? (
        <span className="block text-2xs">
          {t('backups.schedule.next', { at: absolute(locale, Date.parse(schedule.nextAt)) })}
        </span>
      ) : null}
    </p>
  )
}

function Saved({ standing: { lastStored, lastProven } }: { standing: BackupStanding }) {
  const t = useT()
  return (
    <dl className="grid min-w-56 grid-cols-[auto_1fr] gap-x-3 text-xs leading-6">
      <dt className="text-ink-2">{t('backups.lastStored')}</dt>
      <dd>
        {lastStored?.storedAt ? (
          <Link to="/backups/$id" params={{ id: lastStored.id }} className="link tnum inline-block">
            <Ago at={lastStored.storedAt} />
          </Link>
        ) : (
          <span className="text-medium">{t('backups.never')}</span>
        )}
      </dd>
      <dt className="text-ink-2">{t('backups.lastProven')}</dt>
      <dd>
        {lastProven?.provenAt ? (
          <Link to="/backups/$id" params={{ id: lastProven.id }} className="link tnum inline-block">
            <Ago at={lastProven.provenAt} />
          </Link>
        ) : (
          <span className="text-medium">{t('backups.never')}</span>
        )}
        {lastProven && lastStored && lastProven.id !== lastStored.id ? (
          <span className="block text-2xs leading-4 text-medium">{t('backups.newestNotProven')}</span>
        ) : null}
      </dd>
    </dl>
  )
}

const passphraseOption = '--backup-passphrase-file'

/** What keeps the next one from being made, and what went wrong with the last. */
function Warnings({ standing }: { standing: BackupStanding }) {
  const t = useT()
  const { reach, schedule, lateSince, lastFailed, lastDrill } = standing
  const isWanted = schedule?.isEnabled === true
  return (
    <>
      {reach === 'ready' ? null : (
        <p className={`basis-full text-2xs ${isWanted ? 'text-critical' : 'text-ink-2'}`}>
          {t(`backups.reach.${reach}`)}{' '}
          {reach === 'no_group' ? <code className="font-mono">{passphraseOption}</code> : null}
        </p>
      )}
      {lateSince ? (
        <p className="basis-full">
          <Dot tone="warn" quiet>
            {t('backups.late')} <Ago at={lateSince} />
          </Dot>
        </p>
      ) : null}
      {lastFailed ? (
        <p className="basis-full text-2xs text-critical">
          {t('backups.lastFailed')} <Ago at={lastFailed.createdAt} />
          {lastFailed.detail ? ` · ${lastFailed.detail}` : ''}
        </p>
      ) : null}
      {lastDrill?.state === 'failed' || lastDrill?.state === 'lapsed' ? (
        <p className="basis-full text-2xs text-critical">
          {t(`backups.drillState.${lastDrill.state}`)} <Ago at={lastDrill.orderedAt} />
          {lastDrill.detail ? ` · ${lastDrill.detail}` : ''}
        </p>
      ) : null}
    </>
  )
}
