import { useLocale } from 'use-intl'
import type { PackageHeader, PackageManifest } from '../../../../cbpkg/contract.ts'
import { absolute, number } from '../../../format.ts'
import { useT } from '../../../i18n/use-t.ts'
import { Chip, Dot } from '../../../ui/badge.tsx'
import { Fact, Facts, Mono } from '../../../ui/page.tsx'

/** What a package says of itself, and once it is open, what it was made from. */
export function HeaderFacts({ header, manifest }: { header: PackageHeader; manifest: PackageManifest | null }) {
  const t = useT()
  const locale = useLocale()
  const { product, gateway } = manifest?.source ?? {}
  return (
    <Facts>
      <Fact name={t('artifacts.open.header.intent')}>
        <Chip>{t(`artifacts.intent.${header.intent}`)}</Chip>
      </Fact>
      <Fact name={t('artifacts.open.header.createdAt')}>
        <time dateTime={header.createdAt}>{absolute(locale, Date.parse(header.createdAt))}</time>
      </Fact>
      <Fact name={t('artifacts.open.header.secrets')}>
        <Dot tone={header.secrets ? 'warn' : 'off'}>
          {t(header.secrets ? 'artifacts.open.header.secretsInside' : 'artifacts.open.header.secretsNone')}
        </Dot>
      </Fact>
      <Fact name={t('artifacts.open.header.size')}>
        <span className="tnum">{t('artifacts.open.bytes', { count: number(locale, header.size) })}</span>
      </Fact>
      {manifest ? (
        <>
          <Fact name={t('artifacts.open.header.product')}>{product}</Fact>
          <Fact name={t('artifacts.open.header.gateway')}>{gateway ?? t('artifacts.open.header.unknown')}</Fact>
          <Fact name={t('artifacts.open.header.agents')}>
            <span className="tnum">{number(locale, manifest.agents.length)}</span>
          </Fact>
          <Fact name={t('artifacts.open.header.entries')}>
            <span className="tnum">{number(locale, manifest.entries.length)}</span>
          </Fact>
        </>
      ) : null}
      <Fact name={t('artifacts.open.header.id')} full>
        <Mono>{header.id}</Mono>
      </Fact>
    </Facts>
  )
}
