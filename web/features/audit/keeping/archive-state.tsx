import { useLocale } from 'use-intl'
import type { Keeping } from '../../../../worker/features/audit/keeping/contract.ts'
import { number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Dot } from '../../../ui/badge.tsx'
import { Fact, Facts, Mono } from '../../../ui/page.tsx'
import { Ago } from '../../../ui/time.tsx'

const eventsInTile = 256

/** `4.2 MB` */
const bytes = (locale: string, count: number) => {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const
  const step = count < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(count) / 3))
  return new Intl.NumberFormat(locale, {
    style: 'unit',
    unit: units[step] ?? 'byte',
    unitDisplay: 'short',
    maximumSignificantDigits: 3,
  }).format(count / 1000 ** step)
}

/** How far the log is archived, what has left search, and what is wrong with the archive. */
export function ArchiveState({ keeping: { archive } }: { keeping: Keeping }) {
  const t = useT()
  const locale = useLocale()
  return (
    <Facts>
      {archive.fault ? (
        <Fact name={t('keeping.archive.fault')} full>
          <Mono>{archive.fault.path}</Mono>
          <p className="mt-0.5 text-xs text-critical">
            {t('keeping.archive.faultLead')} <Ago at={archive.fault.at} />
          </p>
        </Fact>
      ) : null}
      <Fact name={t('keeping.archive.through')}>
        {archive.archivedThrough === 0 ? (
          t('keeping.archive.nothing')
        ) : (
          <>
            <span className="tnum">#{number(locale, archive.archivedThrough)}</span>{' '}
            {archive.lastArchivedAt ? (
              <span className="text-xs text-ink-2">
                <Ago at={archive.lastArchivedAt} />
              </span>
            ) : null}
          </>
        )}
      </Fact>
      <Fact name={t('keeping.archive.state')}>
        {archive.fault ? (
          <Dot tone="bad">{t('keeping.archive.faulty')}</Dot>
        ) : archive.waiting > 0 ? (
          <Dot tone="busy">{t('keeping.archive.waiting', { count: archive.waiting * eventsInTile })}</Dot>
        ) : (
          <Dot tone="good">{t('keeping.archive.good')}</Dot>
        )}
      </Fact>
      <Fact name={t('keeping.archive.trimmed')}>
        {archive.trimmedThrough === 0 ? (
          t('keeping.archive.allSearchable')
        ) : (
          <span className="tnum">#1 – #{number(locale, archive.trimmedThrough)}</span>
        )}
      </Fact>
      <Fact name={t('keeping.archive.size')}>
        <span className="tnum">{bytes(locale, archive.bytes)}</span>
      </Fact>
      {archive.expiredTiles > 0 ? (
        <Fact name={t('keeping.archive.expired')}>
          <span className="tnum">{t('keeping.archive.events', { count: archive.expiredTiles * eventsInTile })}</span>
        </Fact>
      ) : null}
    </Facts>
  )
}
