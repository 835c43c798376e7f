import { ArchiveRestore } from 'lucide-react'
import { useState } from 'react'
import { useLocale } from 'use-intl'
import type { Keeping, Restore } from '../../../../worker/features/audit/keeping/contract.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot } from '../../../ui/badge.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { Section } from '../../../ui/page.tsx'
import { Ago } from '../../../ui/time.tsx'
import { shortDay } from './day.ts'
import { StartRestore } from './start-restore.tsx'

const tones = { running: 'busy', restored: 'good', failed: 'bad', ended: 'off' } as const

/** What was brought back from the archive, and what is being brought back now. */
export function Restores({ keeping, mayKeep }: { keeping: Keeping; mayKeep: boolean }) {
  const t = useT()
  const [asking, setAsking] = useState(false)
  const { restores, archive } = keeping
  return (
    <Section
      className="min-w-0"
      title={t('keeping.restores.title')}
      aside={
        mayKeep ? (
          <button type="button" className="btn" disabled={archive.trimmedThrough === 0} onClick={() => setAsking(true)}>
            {t('keeping.restores.start')}
          </button>
        ) : null
      }
    >
      <p className="mb-2 text-xs text-ink-2">{t('keeping.restores.lead')}</p>
      {restores.length === 0 ? (
        <p className="border-y border-line py-3 text-ink-2">
          {t(archive.trimmedThrough === 0 ? 'keeping.restores.nothingToRestore' : 'keeping.restores.none')}
        </p>
      ) : (
        <ul className="hairlines">
          {restores.map((restore) => (
            <Row key={restore.id} restore={restore} />
          ))}
        </ul>
      )}
      <Dialog
        open={asking}
        onOpenChange={setAsking}
        title={t('keeping.restores.start')}
        description={t('keeping.restores.startLead')}
      >
        <StartRestore close={() => setAsking(false)} />
      </Dialog>
    </Section>
  )
}

function Row({ restore }: { restore: Restore }) {
  const t = useT()
  const locale = useLocale()
  return (
    <li className="py-2.5">
      <div className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
        <ArchiveRestore size={14} aria-hidden className="shrink-0 text-ink-2" />
        <span className="min-w-0 flex-1 font-medium">
          {t('keeping.range', {
            from: shortDay(locale, restore.from),
            to: shortDay(locale, restore.to, { before: true }),
          })}
        </span>
        <Dot tone={tones[restore.state]}>{t(`keeping.restores.state.${restore.state}`)}</Dot>
      </div>
      {restore.state === 'running' ? (
        <progress
          className="mt-1.5 h-2 w-full accent-[var(--accent)]"
          max={restore.tiles}
          value={restore.done}
          aria-label={t('keeping.restores.progress')}
        />
      ) : null}
      <p className="mt-1 text-xs break-words">{restore.reason}</p>
      {restore.fault ? <p className="mt-1 text-xs break-all text-critical">{restore.fault}</p> : null}
      <p className="mt-1 text-xs text-ink-2">
        {t('keeping.restores.done', { done: restore.done * 256, total: restore.tiles * 256 })}
        {restore.state === 'restored'
          ? ` · ${t('keeping.restores.until', { day: shortDay(locale, restore.until) })}`
          : ''}
        {' · '}
        {restore.askedByName} <Ago at={restore.askedAt} />
      </p>
    </li>
  )
}
